using Flyball.Autoscaling.Activation;

namespace Flyball.Autoscaling.Deciding;

/// <summary>What a decision about one workload is made from. A value that is not known is NaN.</summary>
internal sealed record Observation
{
    public required long AtUnixMs { get; init; }

    /// <summary>Replicas asked for now.</summary>
    public required int Replicas { get; init; }

    /// <summary>Replicas that serve.</summary>
    public required int Ready { get; init; }

    public Usage Cpu { get; init; }

    public Usage Memory { get; init; }

    /// <summary>The fullest file system of its nodes, as a share.</summary>
    public double Disk { get; init; } = double.NaN;

    /// <summary>Requests a second to all replicas.</summary>
    public double RequestsPerSecond { get; init; } = double.NaN;

    /// <summary>Requests in progress at all replicas.</summary>
    public double Concurrency { get; init; } = double.NaN;

    /// <summary>The objective's quantile, seconds.</summary>
    public double LatencySeconds { get; init; } = double.NaN;

    /// <summary>Work that arrives, a second: the requests, or what the policy names instead.</summary>
    public double Demand { get; init; } = double.NaN;

    /// <summary>
    /// What the gateways measure is only a part: one of them does not report. Enough to add replicas on, not to remove
    /// any.
    /// </summary>
    public bool GatewaysPartial { get; init; }

    /// <summary>Requests can reach it through a gateway.</summary>
    public bool HasRoute { get; init; }

    /// <summary>What gateways tell of its use.</summary>
    public WorkloadUse Use { get; init; }

    /// <summary>A gateway that went away a short time ago may serve on by what it knows.</summary>
    public bool GatewayWentLately { get; init; }

    /// <summary>
    /// A live gateway that was not heard for so long that nobody may count on being woken through it; null for none.
    /// </summary>
    public string? DeafTo { get; init; }

    /// <summary>Values of the PromQL that the policy names; one that has no value is not there.</summary>
    public IReadOnlyDictionary<string, double> Queries { get; init; } = NoQueries;

    private static readonly Dictionary<string, double> NoQueries = [];

    public double Query(string expression) => Queries.GetValueOrDefault(expression, double.NaN);
}
