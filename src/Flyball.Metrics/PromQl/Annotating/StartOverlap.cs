using Flyball.Metrics.Model;
using Flyball.Metrics.PromQl.Syntax;

namespace Flyball.Metrics.PromQl.Annotating;

/// <summary>A counter's start time lies before the sample that precedes it.</summary>
internal sealed class StartOverlap(string metric, TextRange range) : Annotation(
    isWarning: true,
    $"sample has start time that overlaps with previous sample timestamp for metric {Quoting.Quote(metric)}",
    range)
{
    private int count = 1;

    public override Annotation MergeInto(Annotation earlier)
    {
        if (earlier is StartOverlap other) other.count += count;
        return earlier;
    }

    public override string Describe(string query)
    {
        string times = count > 1 ? $" ({count} occurrences)" : "";
        return $"{Text}{times} ({Range.Describe(query)})";
    }
}
