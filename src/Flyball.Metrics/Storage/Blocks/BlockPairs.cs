namespace Flyball.Metrics.Storage.Blocks;

/// <summary>Sizes of the fixed tables of a block.</summary>
internal static class BlockPairs
{
    /// <summary>Name, value, postings, count: four bytes each.</summary>
    public const int EntryBytes = 16;
}
