namespace Flyball.Metrics.Model.Histograms;

/// <summary>What a user should be told about a sum or difference of histograms.</summary>
[Flags]
internal enum HistogramNotes : byte
{
    None = 0,

    /// <summary>One side says that its counter was reset, the other that it was not.</summary>
    ResetCollision = 1,

    /// <summary>Different custom bounds were reduced to those that both have.</summary>
    BoundsReconciled = 2,
}
