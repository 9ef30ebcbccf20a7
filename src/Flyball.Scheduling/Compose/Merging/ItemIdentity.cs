using Flyball.Scheduling.Compose.Values;
using Flyball.Scheduling.Compose.Yaml;

namespace Flyball.Scheduling.Compose.Merging;

/// <summary>What makes two items of a list the same thing when files are merged.</summary>
internal static class ItemIdentity
{
    /// <summary>
    /// Address, host port, container port and protocol; null when it cannot be read (the section will tell).
    /// </summary>
    public static string? OfPort(ComposeNode item)
    {
        if (item is ScalarNode { IsNull: false } scalar)
        {
            IReadOnlyList<PortMapping> ports = PortSyntax.Parse(scalar.Text, out _, out _);
            return ports.Count == 0
                ? null
                : string.Join(',', ports.Select(p => Text(p.HostAddress, $"{p.Published}", $"{p.Target}", p.Protocol)));
        }
        return item is MapNode map
            ? Text(
                Value(map, "host_ip"), Value(map, "published"), Value(map, "target"), Value(map, "protocol") ?? "tcp")
            : null;
    }

    /// <summary>The path in the container that a volume, config or secret appears at.</summary>
    public static string? OfTarget(ComposeNode item)
    {
        if (item is MapNode map) return Value(map, "target") ?? Value(map, "source");
        if (item is not ScalarNode { IsNull: false } scalar) return null;
        string[] parts = scalar.Text.Split(':');
        return parts.Length == 1 ? parts[0] : parts[1];
    }

    private static string Text(string? address, string? published, string? target, string protocol) =>
        $"{address}:{published}:{target}/{protocol}";

    private static string? Value(MapNode map, string key) =>
        map.Find(key)?.Value is ScalarNode { IsNull: false } scalar ? scalar.Text : null;
}
