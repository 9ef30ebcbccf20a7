namespace Flyball.Contracts.Autoscaling;

/// <summary>What a rule or a target looks at.</summary>
public enum ScaleSignal
{
    /// <summary>CPU used, as a share of the limit (of the reservation without a limit), mean of the replicas.</summary>
    Cpu,

    /// <summary>Memory used, as a share of the limit (of the reservation without a limit), mean.</summary>
    Memory,

    /// <summary>The fullest file system of the nodes that the replicas run on, as a share of its size.</summary>
    Disk,

    /// <summary>Requests that ended at the gateways, a second and replica.</summary>
    RequestsPerSecond,

    /// <summary>Requests in progress as the gateways see it, a replica; the mean over the window.</summary>
    Concurrency,

    /// <summary>The objective's quantile of the time from a request's headers to its answer's end, seconds.</summary>
    Latency,

    /// <summary>A PromQL expression that gives one value.</summary>
    Query,
}
