using Flyball.Metrics.Model;

namespace Flyball.Metrics.Querying;

/// <summary>
/// Which series, and which of their samples: both times in Unix milliseconds, inclusive. The rest are hints about what
/// the samples are for; ignoring them is always right.
/// </summary>
internal sealed record SeriesQuery(long MinTimestampMs, long MaxTimestampMs, IReadOnlyList<LabelMatcher> Matchers)
{
    /// <summary>
    /// The function or aggregation around the selector, or null; <c>series</c> when only labels are wanted.
    /// </summary>
    public string? Function { get; init; }

    /// <summary>The width of a range selector in milliseconds; 0 for an instant one.</summary>
    public long RangeMs { get; init; }

    /// <summary>The distance of two evaluations in milliseconds; 0 for an instant query.</summary>
    public long StepMs { get; init; }

    /// <summary>The labels of the aggregation around the selector, or null.</summary>
    public IReadOnlyList<string>? Grouping { get; init; }

    /// <summary>Whether <see cref="Grouping"/> keeps (<c>by</c>) or drops (<c>without</c>) its labels.</summary>
    public bool GroupingKeeps { get; init; }

    /// <summary>Series at most, for label and series listings; 0 for all.</summary>
    public int SeriesLimit { get; init; }

    /// <summary>Whether the caller reads start timestamps: a storage may skip decoding them otherwise.</summary>
    public bool NeedsStartTimestamps { get; init; }
}
