using System.Globalization;
using Flyball.Contracts.Agent;
using Flyball.Contracts.Discovery;
using Flyball.Discovery.Registrations;

namespace Flyball.Discovery.Indexing;

/// <summary>
/// The endpoints of workloads as instances: pure. A workload's main port (<c>http</c>, or else the first by name) is
/// the service of the workload's name; each further port is a service <c>NAME-PORT</c>, since clients of these
/// protocols take one port for a service.
/// </summary>
internal static class AllocationInstances
{
    private const string UsualPort = "http";

    /// <summary>The port that the workload's own name stands for.</summary>
    public static string? MainPort(IEnumerable<Endpoint> endpoints)
    {
        string? first = null;
        bool isTcp = false;
        foreach (Endpoint endpoint in endpoints)
        {
            bool tcp = endpoint.Protocol == "tcp";
            if (tcp && endpoint.Port == UsualPort) return UsualPort;
            bool isBetter = first is null || (tcp && !isTcp)
                || (tcp == isTcp && string.CompareOrdinal(endpoint.Port, first) < 0);
            if (!isBetter) continue;
            first = endpoint.Port;
            isTcp = tcp;
        }

        return first;
    }

    public static string ServiceOf(Endpoint endpoint, string? mainPort) =>
        endpoint.Port == mainPort ? endpoint.Service : $"{endpoint.Service}-{endpoint.Port}";

    public static ServiceInstance Of(
        string name, Endpoint endpoint, string service, NodeEntry node, long created, long modified) => new()
    {
        Key = name,
        OwnId = name,
        Service = service,
        Node = node,
        Tags = [endpoint.Port, string.Create(CultureInfo.InvariantCulture, $"version-{endpoint.Version}")],
        Meta = new SortedDictionary<string, string>(StringComparer.Ordinal)
        {
            ["allocation"] = endpoint.Allocation,
            ["port-name"] = endpoint.Port,
            ["protocol"] = endpoint.Protocol,
            ["version"] = endpoint.Version.ToString(CultureInfo.InvariantCulture),
        },
        Address = endpoint.Address,
        Port = endpoint.PortNumber,
        WeightPassing = endpoint.Weight,
        Checks = [CheckOf(endpoint)],
        CreateIndex = created,
        ModifyIndex = modified,
    };

    private static InstanceCheck CheckOf(Endpoint endpoint)
    {
        (CheckStatus status, string output) = endpoint switch
        {
            { Draining: true } => (CheckStatus.Critical, "draining: no new requests"),
            { Health: HealthState.Passing } => (CheckStatus.Passing, "the health check passes"),
            { Health: HealthState.Critical } => (CheckStatus.Critical, "the health check fails"),
            _ => (CheckStatus.Critical, "not probed yet"),
        };
        return new InstanceCheck($"allocation:{endpoint.Allocation}", "Health of the allocation", status)
        {
            Output = output,
        };
    }
}
