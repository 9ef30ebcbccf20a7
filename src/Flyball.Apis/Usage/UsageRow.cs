namespace Flyball.Apis.Usage;

/// <summary>What a consumer asked of one route within a range of time.</summary>
internal sealed record UsageRow
{
    public required string Consumer { get; init; }

    public required string Route { get; init; }

    /// <summary>The service that the requests went to.</summary>
    public required string Workload { get; init; }

    public long Requests { get; set; }

    /// <summary>Requests by class of status: <c>2xx</c>, <c>4xx</c>.</summary>
    public SortedDictionary<string, long> ByStatus { get; } = new(StringComparer.Ordinal);

    public long ReceivedBytes { get; set; }

    public long SentBytes { get; set; }

    /// <summary>Null when it was before the metrics that are kept.</summary>
    public DateTimeOffset? LastSeen { get; set; }
}
