namespace Flyball.Gateway.Security.ClientCertificates;

/// <summary>What a route thinks of a client's certificate.</summary>
internal sealed record ClientVerdict(ClientStanding Standing, string Detail)
{
    public static readonly ClientVerdict NotAsked = new(ClientStanding.NotAsked, "");

    public static readonly ClientVerdict NoneShown = new(ClientStanding.NoneShown, "");

    /// <summary>The subject (RFC 4514) of a good one, as ASCII.</summary>
    public string? Subject { get; init; }

    /// <summary>When it ends; a verdict is no longer good then.</summary>
    public DateTimeOffset Until { get; init; } = DateTimeOffset.MaxValue;

    public bool HoldsAt(DateTimeOffset now) => now < Until;
}
