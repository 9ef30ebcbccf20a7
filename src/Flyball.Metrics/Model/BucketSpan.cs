namespace Flyball.Metrics.Model;

/// <summary>
/// A run of consecutive buckets. <see cref="Offset"/> counts the empty buckets since the last span's end; in the first
/// span it is the index of the first bucket (bucket 0 ends at 1, or at the first custom bound).
/// </summary>
internal readonly record struct BucketSpan(int Offset, int Length);
