namespace Flyball.Apis.Usage;

/// <summary>Who used what from one time to another, the busiest first.</summary>
/// <param name="Problem">Why the figures are not there; null when they are.</param>
internal sealed record UsageAnswer(
    DateTimeOffset From, DateTimeOffset To, IReadOnlyList<UsageRow> Rows, string? Problem);
