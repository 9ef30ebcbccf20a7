using Flyball.Contracts.Agent;
using Flyball.Contracts.Discovery;

namespace Flyball.Discovery.Registrations;

/// <summary>What a registration is in the catalogue: pure.</summary>
internal static class RegisteredEndpoint
{
    /// <summary>In a registration's metadata: the port's name for routes. Without it the port is <c>http</c>.</summary>
    public const string PortNameKey = "port-name";

    private const string UsualPort = "http";

    /// <summary>Null when it has no port, and when it has no address to reach it by.</summary>
    /// <param name="service">The registration.</param>
    /// <param name="node">What is registered about its node, if anything.</param>
    /// <param name="ownAddress">This server's own node has this address.</param>
    public static Endpoint? Of(ServiceRegistration service, NodeRegistration? node, string ownAddress)
    {
        string address = service.Address.Length > 0 ? service.Address
            : node is { Address.Length: > 0 } ? node.Address
            : service.ByAgent ? ownAddress : "";
        if (service.Port == 0 || address.Length == 0) return null;
        CheckStatus nodeStatus = node?.Status ?? CheckStatus.Passing;
        CheckStatus status = service.Status > nodeStatus ? service.Status : nodeStatus;
        return new Endpoint
        {
            Service = service.Service,
            Port = service.Meta?.GetValueOrDefault(PortNameKey) is { Length: > 0 } name ? name : UsualPort,
            Allocation = "",
            Version = 0,
            Node = service.Node,
            Address = address,
            PortNumber = service.Port,
            Health = status == CheckStatus.Critical ? HealthState.Critical : HealthState.Passing,
            Weight = Math.Max(1, status == CheckStatus.Warning ? service.WeightWarning : service.WeightPassing),
        };
    }
}
