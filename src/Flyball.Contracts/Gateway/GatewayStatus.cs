namespace Flyball.Contracts.Gateway;

/// <summary>
/// What a gateway has applied; written by the gateway's session on the server, on transitions only. Draining endpoints
/// go when every gateway that is <see cref="Live"/> lists them with nothing in flight, or no longer lists them at a
/// revision at or after the one that made them drain.
/// </summary>
public sealed record GatewayStatus
{
    public int Format { get; set; } = 1;

    public required string Gateway { get; init; }

    public required bool Live { get; init; }

    /// <summary>The store revision whose routes and endpoints every loop of the gateway now uses.</summary>
    public required long AppliedRevision { get; init; }

    /// <summary>
    /// Draining endpoints (by resource name) that still have requests in flight there, in ordinal order.
    /// </summary>
    public IReadOnlyList<string> BusyEndpoints { get; set; } = [];

    public required long ChangedUnixMs { get; init; }
}
