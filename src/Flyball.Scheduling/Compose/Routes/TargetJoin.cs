using System.Globalization;
using Flyball.Contracts.Gateway;
using Flyball.Contracts.Scheduling;
using Flyball.Scheduling.Compose.Services;
using Flyball.Scheduling.Compose.Values;

namespace Flyball.Scheduling.Compose.Routes;

/// <summary>Finds the services and ports that a route names elsewhere, once all of those are compiled.</summary>
internal static class TargetJoin
{
    public static Route Join(RouteDraft draft, IReadOnlyDictionary<string, ServiceDraft> all)
    {
        Route route = draft.Route;
        if (route.Targets is { } targets)
        {
            List<Field> fields = [.. draft.Field["services"].Items()];
            route = route with
            {
                Targets =
                [
                    .. targets.Select((target, i) => target with
                    {
                        Port = Port(fields[Math.Min(i, fields.Count - 1)], target.Service, target.Port, all),
                    }),
                ],
            };
        }

        if (route.Mirror is not { } mirror) return route;
        string? port = Port(draft.Field["mirror"], mirror.Service, mirror.Port, all);
        return route with { Mirror = mirror with { Port = port } };
    }

    private static string? Port(
        Field field, string service, string? written, IReadOnlyDictionary<string, ServiceDraft> all)
    {
        string name = WorkloadName.Service(service);
        if (!all.TryGetValue(name, out ServiceDraft? draft))
        {
            field["service"].Error($"there is no service '{name}'", field.Hint(name, all.Keys));
            return null;
        }

        IReadOnlyList<PortSpec> ports = [.. draft.Workload.Task.Ports.Where(port => port.Protocol == "tcp")];
        if (ports.Count == 0) field["service"].Error($"'{name}' has no port", "add one to it under expose");
        if (written is null || ports.Count == 0) return null;
        bool isNumber = int.TryParse(written, NumberStyles.None, CultureInfo.InvariantCulture, out int number);
        PortSpec? known = ports.FirstOrDefault(
            port => isNumber ? port.ContainerPort == number : port.Name == written);
        if (known is null)
        {
            field["port"].Error(
                $"'{name}' has no port '{written}'", field.Hint(written, ports.Select(port => port.Name)));
        }

        return known?.Name;
    }
}
