using Flyball.Metrics.Model;

namespace Flyball.Metrics.Pushgateway;

/// <summary>What was pushed under one set of grouping labels. Immutable.</summary>
internal sealed record PushGroup
{
    /// <summary>The grouping labels; <c>job</c> among them.</summary>
    public required Labels Key { get; init; }

    public IReadOnlyDictionary<string, PushFamily> Families { get; init; } =
        new SortedDictionary<string, PushFamily>(StringComparer.Ordinal);

    /// <summary>Of the last push that was taken, in Unix milliseconds; 0 when there was none.</summary>
    public long PushedMs { get; init; }

    /// <summary>Of the last push that was refused as inconsistent; 0 when there was none.</summary>
    public long FailedMs { get; init; }

    public long SizeBytes => Families.Values.Sum(family => family.SizeBytes);
}
