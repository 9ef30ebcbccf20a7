namespace Flyball.Metrics.Exposition;

/// <summary>What a metadata line says about its metric family.</summary>
internal enum MetadataField
{
    Type,
    Help,
    Unit,
}
