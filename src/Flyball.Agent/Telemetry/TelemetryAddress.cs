using System.Net;

namespace Flyball.Agent.Telemetry;

/// <summary>The telemetry door's address as tasks are told it.</summary>
internal static class TelemetryAddress
{
    /// <summary>As seen from the node's own network; null when there is no door.</summary>
    public static string? OnTheNode(IPEndPoint? door) =>
        door is null ? null : Of(IsEverywhere(door) ? IPAddress.Loopback : door.Address, door.Port);

    public static string Of(IPAddress address, int port) => $"http://{new IPEndPoint(address, port)}";

    /// <summary>A door on all addresses is on the bridges' too.</summary>
    public static bool IsEverywhere(IPEndPoint door) =>
        door.Address.Equals(IPAddress.Any) || door.Address.Equals(IPAddress.IPv6Any);
}
