using System.Net;
using Flyball.Load.Arrivals;
using Flyball.Load.Http;

namespace Flyball.Load.Driving;

/// <summary>What is sent, where to, when, and within which bounds.</summary>
internal sealed record LoadPlan
{
    public required IPEndPoint Target { get; init; }

    public required RequestTemplate Request { get; init; }

    public required RateCurve Curve { get; init; }

    /// <summary>Null for even arrivals.</summary>
    public Random? Poisson { get; init; }

    /// <summary>At once; requests wait for one of them, and their latency grows. Default 256.</summary>
    public int ConnectionsMax { get; init; } = 256;

    /// <summary>From the intended time on, waiting for a connection included. Default 10 s.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Requests that wait for a connection; more are dropped and counted. Default 1,000,000.</summary>
    public int WaitingMax { get; init; } = 1_000_000;

    /// <summary>From one line of the course to the next. Default 1 s.</summary>
    public TimeSpan Interval { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Answers later than this are counted as slow; null for no objective.</summary>
    public TimeSpan? Objective { get; init; }
}
