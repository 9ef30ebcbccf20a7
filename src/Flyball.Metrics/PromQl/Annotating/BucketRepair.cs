namespace Flyball.Metrics.PromQl.Annotating;

/// <summary>Where bucket counts were levelled: the lowest and highest bound, and the largest fall.</summary>
internal readonly record struct BucketRepair(double MinBound, double MaxBound, double MaxDrop);
