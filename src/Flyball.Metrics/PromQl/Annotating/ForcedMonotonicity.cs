using System.Globalization;
using Flyball.Metrics.Model;
using Flyball.Metrics.PromQl.Syntax;

namespace Flyball.Metrics.PromQl.Annotating;

/// <summary>Bucket counts fell where they must rise, and were levelled; says where, when and by how much.</summary>
internal sealed class ForcedMonotonicity(string message, TextRange range, long stepMs, BucketRepair repair)
    : Annotation(isWarning: false, message, range)
{
    private BucketRepair worst = repair;
    private long firstMs = stepMs;
    private long lastMs = stepMs;
    private int count = 1;

    public override Annotation MergeInto(Annotation earlier)
    {
        if (earlier is not ForcedMonotonicity other) return earlier;
        other.worst = new BucketRepair(
            Math.Min(worst.MinBound, other.worst.MinBound),
            Math.Max(worst.MaxBound, other.worst.MaxBound),
            Math.Max(worst.MaxDrop, other.worst.MaxDrop));
        other.firstMs = Math.Min(firstMs, other.firstMs);
        other.lastMs = Math.Max(lastMs, other.lastMs);
        other.count += count;
        return other;
    }

    public override string Describe(string query)
    {
        return $"{Text}, from buckets {GoNumber.Short(worst.MinBound)} to {GoNumber.Short(worst.MaxBound)}, "
            + $"with a max diff of {GoNumber.Rounded(worst.MaxDrop, 2)}, "
            + $"over {count} samples from {Time(firstMs)} to {Time(lastMs)} ({Range.Describe(query)})";
    }

    private static string Time(long ms) =>
        DateTimeOffset.FromUnixTimeSeconds(ms / 1000)
            .ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}
