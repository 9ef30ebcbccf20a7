using System.Globalization;
using Flyball.Contracts.Scheduling;
using Flyball.Scheduling.Compose.Diagnostics;
using Flyball.Scheduling.Compose.Values;

namespace Flyball.Scheduling.Compose.Services;

/// <summary>
/// Gathers a service's ports: what is published, exposed, and probed or routed to by number. The first TCP port is
/// named <c>http</c> when it has no name, others by protocol and number.
/// </summary>
internal sealed class PortList
{
    private readonly record struct Entry(PortMapping Mapping, string? Name);

    private readonly List<Entry> _entries = [];
    private readonly HashSet<(int Target, string Protocol)> _targets = [];
    private readonly HashSet<PortMapping> _published = [];

    public void Add(Field field, PortMapping mapping, string? name = null)
    {
        bool adds = mapping.Published is not null || name is not null || mapping.Target == 0;
        if (!adds && _targets.Contains((mapping.Target, mapping.Protocol))) return;
        if (mapping.Published is { } port && _published.Contains(mapping with { Target = 0 }))
            field.Error($"the host port {port} is given twice");
        else if (name is not null && _entries.Any(e => e.Name == name))
            field.Error($"two ports are named '{name}'");
        else if (_entries.Count == ComposeLimits.PortsMax)
            field.Error($"a service may have {ComposeLimits.PortsMax} ports");
        else
        {
            _entries.Add(new Entry(mapping, name));
            _targets.Add((mapping.Target, mapping.Protocol));
            _published.Add(mapping with { Target = 0 });
        }
    }

    public bool IsEmpty => _entries.Count == 0;

    /// <summary>
    /// The name of the port that a route or a health check means. A number that no port has is added as one; without a
    /// text it is the first TCP port.
    /// </summary>
    public string? Resolve(Field field, string? text, bool isProcess)
    {
        if (text is null)
        {
            // A process without ports listens on whatever the agent gives it.
            if (IsEmpty && isProcess) Add(field, new PortMapping(null, null, 0, "tcp"));
            int first = _entries.FindIndex(entry => entry.Mapping.Protocol == "tcp");
            if (first >= 0) return ToSpecs()[first].Name;
            field.Error("which port? The service has none", "name it here, or add it under expose");
            return null;
        }
        if (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int number))
        {
            IReadOnlyList<PortSpec> specs = ToSpecs();
            if (specs.Any(port => port.Name == text)) return text;
            field.Error($"the service has no port named '{text}'", Nearest.Hint(text, specs.Select(port => port.Name)));
            return null;
        }
        if (!PortSyntax.TryRange(text, 1, out _, out string? error))
        {
            field.Error(error!);
            return null;
        }
        Add(field, new PortMapping(null, null, number, "tcp"));
        int known = _entries.FindIndex(entry => entry.Mapping.Target == number && entry.Mapping.Protocol == "tcp");
        return known >= 0 ? ToSpecs()[known].Name : null;
    }

    /// <summary>In the manifest's order; names are stable when ports are appended.</summary>
    public IReadOnlyList<PortSpec> ToSpecs()
    {
        HashSet<string> taken = [.. _entries.Select(entry => entry.Name).OfType<string>()];
        int first = _entries.FindIndex(entry => entry.Mapping.Protocol == "tcp");
        return
        [
            .. _entries.Select((entry, i) => new PortSpec
            {
                Name = entry.Name ?? (i == first && taken.Add("http") ? "http" : Choose(entry.Mapping, taken)),
                ContainerPort = entry.Mapping.Target,
                HostPort = entry.Mapping.Published,
                HostAddress = entry.Mapping.HostAddress,
                Protocol = entry.Mapping.Protocol,
            }),
        ];
    }

    private static string Choose(PortMapping mapping, HashSet<string> taken)
    {
        string name = FormattableString.Invariant($"{mapping.Protocol}-{mapping.Target}");
        for (int i = 2; !taken.Add(name); i++)
            name = FormattableString.Invariant($"{mapping.Protocol}-{mapping.Target}-{i}");
        return name;
    }
}
