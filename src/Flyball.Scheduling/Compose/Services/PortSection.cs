using System.Net;
using Flyball.Scheduling.Compose.Values;

namespace Flyball.Scheduling.Compose.Services;

/// <summary><c>ports</c> in its short and long form, and <c>expose</c>.</summary>
internal static class PortSection
{
    public static PortList Read(ServiceScope scope)
    {
        var ports = new PortList();
        bool hostNetwork = scope.Field["network_mode"].Text() == "host";
        foreach (Field item in Bounded(scope.Field["ports"]))
        {
            if (item.IsScalar) ReadShort(ports, item, hostNetwork);
            else ReadLong(ports, item, hostNetwork);
        }
        foreach (Field item in Bounded(scope.Field["expose"]))
            ReadExposed(ports, item, scope.IsProcess, hostNetwork);
        foreach (Field route in scope.Field["x-route"].ItemsOrOne()) ReadMentioned(ports, route["port"]);
        Field test = scope.Field["healthcheck"]["test"];
        if (!test.IsScalar && test.Items().ToList() is [var kind, .., var last] && kind.Text() is "HTTP" or "TCP")
            ReadMentioned(ports, last);
        return ports;
    }

    // Each item may be a range, so the items are bounded as well as the ports that come of them.
    private static IEnumerable<Field> Bounded(Field list)
    {
        List<Field> items = [.. list.Items()];
        if (items.Count > ComposeLimits.PortsMax) list.Error($"a service may have {ComposeLimits.PortsMax} ports");
        return items.Take(ComposeLimits.PortsMax);
    }

    // A number that a route or a health check names is a port of the service, whichever of the two is read first.
    private static void ReadMentioned(PortList ports, Field field)
    {
        if (field.IsScalar && int.TryParse(field.Text(), out int port) && port is > 0 and <= IPEndPoint.MaxPort)
            ports.Add(field, new PortMapping(null, null, port, "tcp"));
    }

    private static void ReadShort(PortList ports, Field item, bool hostNetwork)
    {
        IReadOnlyList<PortMapping> mappings = PortSyntax.Parse(
            item.Text() ?? "", out string? error, out bool firstOfRange);
        if (error is not null) item.Error(error);
        if (firstOfRange) WarnFirst(item, mappings[0]);
        foreach (PortMapping mapping in mappings) ports.Add(item, Settle(item, mapping, hostNetwork));
    }

    private static void ReadLong(PortList ports, Field item, bool hostNetwork)
    {
        if (item["target"].Int(1, IPEndPoint.MaxPort) is not { } target)
        {
            if (!item["target"].Exists) item.Error("a port needs a target", "target: the container's port");
            return;
        }
        (int First, int Last) range = (0, 0);
        string? published = item["published"].Word();
        if (published is not null && !PortSyntax.TryRange(published, 0, out range, out string? error))
            item["published"].Error(error!);
        string? address = item["host_ip"].Word();
        if (address is not null && AddressText.Canonical(address) is null)
            item["host_ip"].Error($"'{address}' is no IP address");
        string? name = item["name"].Word();
        if (name is not null && !NameRules.IsPort(name))
            item["name"].Error($"the name '{name}' must be {NameRules.PortRule}");
        int? host = range.First == 0 ? null : range.First;
        var mapping = new PortMapping(address, host, target, item["protocol"].OneOf("tcp", "udp") ?? "tcp");
        if (range.Last > range.First) WarnFirst(item["published"], mapping);
        string? application = item["app_protocol"].Word();
        if (name is null && application is not null && NameRules.IsPort(application)) name = application;
        ports.Add(item, Settle(item, mapping, hostNetwork), name);
    }

    private static void ReadExposed(PortList ports, Field item, bool isProcess, bool hostNetwork)
    {
        if (item.Word() is not { } text) return;
        if (isProcess && NameRules.IsPort(text) && !text.Contains('-', StringComparison.Ordinal))
        {
            ports.Add(item, new PortMapping(null, null, 0, "tcp"), text);
            return;
        }
        IReadOnlyList<PortMapping> mappings = PortSyntax.Parse(text, out string? error, out _);
        if (error is null && mappings.Any(mapping => mapping.Published is not null || mapping.HostAddress is not null))
            error = $"'{text}' names a host port; expose takes container ports";
        if (error is not null) item.Error(error);
        else
            foreach (PortMapping mapping in mappings) ports.Add(item, Settle(item, mapping, hostNetwork));
    }

    // On the host's network the container's port is the node's port; there is nothing to publish.
    private static PortMapping Settle(Field item, PortMapping mapping, bool hostNetwork)
    {
        string? address = mapping.HostAddress is null ? null : AddressText.Canonical(mapping.HostAddress);
        if (!hostNetwork) return mapping with { HostAddress = address };
        if (mapping.Published is { } published && published != mapping.Target)
            item.Warn($"network_mode host publishes nothing: the port is {mapping.Target} on the node");
        return mapping with { HostAddress = address, Published = mapping.Target };
    }

    private static void WarnFirst(Field field, PortMapping mapping) =>
        field.Warn($"only the first host port of the range is used: {mapping.Published}");
}
