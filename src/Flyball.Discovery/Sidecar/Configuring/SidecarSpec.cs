using System.Net;

namespace Flyball.Discovery.Sidecar.Configuring;

/// <summary>What a sidecar shall do, checked.</summary>
internal sealed record SidecarSpec
{
    public const int RegistrationsMax = 100;

    public const int UsesMax = 100;

    /// <summary>Speaks Consul's API: a Flyball server's door, or a Consul's.</summary>
    public required Uri Catalogue { get; init; }

    /// <summary>Null for none: a Flyball server asks for none.</summary>
    public string? TokenFile { get; init; }

    /// <summary>Metrics and readiness; null for nowhere.</summary>
    public IPEndPoint? Listen { get; init; }

    /// <summary>Without a word of this sidecar for so long, what it registered turns critical.</summary>
    public TimeSpan Lease { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Critical for so long, and it is forgotten. The server's least is a minute.</summary>
    public TimeSpan ForgetAfter { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>Between the word that it takes no new requests and its end.</summary>
    public TimeSpan Drain { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Threads that relay.</summary>
    public int Loops { get; init; } = 1;

    public IReadOnlyList<RegisterSpec> Register { get; init; } = [];

    public IReadOnlyList<UseSpec> Use { get; init; } = [];
}
