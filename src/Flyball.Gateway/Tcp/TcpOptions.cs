namespace Flyball.Gateway.Tcp;

/// <summary>How TCP routes are served.</summary>
public sealed record TcpOptions
{
    /// <summary>Connections of clients over all TCP routes; more are closed at once. Default 10,000.</summary>
    public int ConnectionsMax { get; init; } = 10_000;

    /// <summary>How long a connection may carry nothing either way; default 1 hour.</summary>
    public TimeSpan IdleTimeout { get; init; } = TimeSpan.FromHours(1);

    /// <summary>
    /// The lowest port that a route may open; default 1,024, so that no Compose file takes a well-known one.
    /// </summary>
    public int PortMin { get; init; } = 1_024;
}
