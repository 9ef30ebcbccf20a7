namespace Flyball.Metrics.Model;

/// <summary>
/// A native histogram with absolute bucket counts as doubles. Immutable once it is shared: who changes one works on a
/// <see cref="Clone"/>. Spans and custom bounds may be shared between histograms; bucket arrays may not be written
/// after they were handed over.
/// </summary>
internal sealed class NativeHistogram
{
    public const int MinSchema = -4;
    public const int MaxSchema = 8;

    private const double WholeMax = 1L << 53;

    /// <summary>The schema of histograms whose bounds are listed in <see cref="CustomBounds"/>.</summary>
    public const int CustomSchema = -53;

    /// <summary>
    /// From -4 to 8: each power of two is divided into 2^schema buckets (or 2^-schema powers share one); or
    /// <see cref="CustomSchema"/>.
    /// </summary>
    public int Schema { get; set; }

    /// <summary>Half the width of the zero bucket; always 0 with custom buckets.</summary>
    public double ZeroThreshold { get; set; }

    public double ZeroCount { get; set; }

    public double Count { get; set; }

    /// <summary>The sum of observations; the staleness marker here marks the whole histogram stale.</summary>
    public double Sum { get; set; }

    public CounterResetHint ResetHint { get; set; }

    public BucketSpan[] PositiveSpans { get; set; } = [];

    public BucketSpan[] NegativeSpans { get; set; } = [];

    /// <summary>One absolute count for each bucket of <see cref="PositiveSpans"/>.</summary>
    public double[] PositiveBuckets { get; set; } = [];

    /// <summary>One absolute count for each bucket of <see cref="NegativeSpans"/>.</summary>
    public double[] NegativeBuckets { get; set; } = [];

    /// <summary>Upper bounds, strictly increasing, without +Inf; only with <see cref="CustomSchema"/>.</summary>
    public double[] CustomBounds { get; set; } = [];

    public bool UsesCustomBuckets => Schema == CustomSchema;

    public bool IsStale => SpecialValues.IsStale(Sum);

    /// <summary>
    /// Whether the sender counted in integers, so that count and buckets have to agree. Known on the way in only: it is
    /// not stored, and results of arithmetic are without it.
    /// </summary>
    public bool IsInteger { get; set; }

    /// <summary>Whether all counts are whole numbers that a double holds exactly.</summary>
    public bool HasWholeCounts =>
        IsWhole(ZeroCount) && IsWhole(Count)
        && Array.TrueForAll(PositiveBuckets, IsWhole) && Array.TrueForAll(NegativeBuckets, IsWhole);

    /// <summary>A copy whose buckets may be written; custom bounds are shared.</summary>
    public NativeHistogram Clone() => new()
    {
        Schema = Schema,
        ZeroThreshold = ZeroThreshold,
        ZeroCount = ZeroCount,
        Count = Count,
        Sum = Sum,
        ResetHint = ResetHint,
        PositiveSpans = PositiveSpans,
        NegativeSpans = NegativeSpans,
        PositiveBuckets = [.. PositiveBuckets],
        NegativeBuckets = [.. NegativeBuckets],
        CustomBounds = CustomBounds,
    };

    private static bool IsWhole(double value) => value is >= 0 and < WholeMax && Math.Floor(value) == value;
}
