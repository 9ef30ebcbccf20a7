using Flyball.Contracts.Agent;

namespace Flyball.Contracts.Discovery;

/// <summary>
/// One address that serves a service's port; written by Discovery only. Named <c>{allocation}.{port name}</c>. One that
/// an outside client registered is named <c>reg:{node}/{id}</c>, has no allocation (empty) and version 0.
/// </summary>
public sealed record Endpoint
{
    public int Format { get; set; } = 1;

    /// <summary>The service in the catalogue: a workload's name (<c>shop.web</c>).</summary>
    public required string Service { get; init; }

    /// <summary>The port's name.</summary>
    public required string Port { get; init; }

    public required string Allocation { get; init; }

    public required int Version { get; init; }

    public required string Node { get; init; }

    public required string Address { get; init; }

    public required int PortNumber { get; init; }

    public string Protocol { get; set; } = "tcp";

    public required HealthState Health { get; init; }

    /// <summary>
    /// Draining: no new requests; it goes when every live gateway has applied this and has none in flight.
    /// </summary>
    public bool Draining { get; init; }

    /// <summary>Relative share of new requests, from 1.</summary>
    public int Weight { get; set; } = 1;

    public static string NameOf(string allocation, string port) => $"{allocation}.{port}";

    /// <summary>Begins the names of those that outside clients registered.</summary>
    public const string RegisteredPrefix = "reg:";

    /// <summary>Whether the endpoint of this name has no allocation, without decoding it.</summary>
    public static bool IsRegistered(string name) => name.StartsWith(RegisteredPrefix, StringComparison.Ordinal);
}
