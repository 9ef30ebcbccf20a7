namespace Flyball.Gateway;

/// <summary>How a server watches its gateways.</summary>
public sealed record GatewaySessionOptions
{
    /// <summary>How often a gateway reports when nothing changes; default 2 s.</summary>
    public TimeSpan HeartbeatInterval { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>Reports missed in a row before a gateway counts as gone; default 3.</summary>
    public int HeartbeatsMissedMax { get; init; } = 3;

    /// <summary>How long a gateway that is gone stays listed; default 1 day.</summary>
    public TimeSpan GoneKept { get; init; } = TimeSpan.FromDays(1);

    /// <summary>After this long without a report a gateway counts as gone.</summary>
    internal TimeSpan SilenceMax => HeartbeatInterval * HeartbeatsMissedMax;
}
