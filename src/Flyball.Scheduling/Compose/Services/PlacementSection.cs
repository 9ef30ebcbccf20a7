using Flyball.Contracts.Scheduling;
using Flyball.Scheduling.Compose.Diagnostics;
using Flyball.Scheduling.Compose.Values;

namespace Flyball.Scheduling.Compose.Services;

/// <summary><c>deploy.placement.constraints</c> and <c>platform</c>. Sorted: the order has no meaning.</summary>
internal static class PlacementSection
{
    private const string LabelPrefix = "node.labels.";
    private const string RoleAttribute = "node.role";
    private static readonly string[] Attributes =
        ["node.id", "node.hostname", "node.platform.os", "node.platform.arch"];

    public static IReadOnlyList<Constraint> Read(Field service)
    {
        List<Constraint> constraints = [.. Platform(service["platform"])];
        foreach (Field item in service["deploy"]["placement"]["constraints"].Items())
            if (Parse(item) is { } constraint) constraints.Add(constraint);
        return
        [
            .. constraints.Distinct().OrderBy(c => c.Attribute, StringComparer.Ordinal)
                .ThenBy(c => c.Value, StringComparer.Ordinal).ThenBy(c => c.Equal),
        ];
    }

    private static Constraint? Parse(Field item)
    {
        if (item.Word() is not { } text) return null;
        int operation = text.IndexOf("==", StringComparison.Ordinal);
        bool equal = operation >= 0;
        if (!equal) operation = text.IndexOf("!=", StringComparison.Ordinal);
        string attribute = operation < 0 ? "" : text[..operation].Trim();
        string value = operation < 0 ? "" : text[(operation + 2)..].Trim();
        if (attribute.Length == 0 || value.Length == 0)
        {
            item.Error($"'{text}' is no constraint", "for example node.labels.disk == ssd");
            return null;
        }
        if (attribute == RoleAttribute)
        {
            item.Warn("has no effect: nodes have no roles, each may run any service");
            return null;
        }
        bool known = Attributes.Contains(attribute) ||
            (attribute.StartsWith(LabelPrefix, StringComparison.Ordinal) && attribute.Length > LabelPrefix.Length);
        if (!known)
            item.Error(
                $"'{attribute}' is no attribute of a node", Nearest.Hint(attribute, Attributes) ?? "node.labels.NAME");
        return known ? new Constraint(attribute, equal, value) : null;
    }

    private static IEnumerable<Constraint> Platform(Field field)
    {
        if (field.Word() is not { } text) return [];
        string[] parts = text.Split('/');
        string os = parts.Length == 1 && parts[0] != "linux" ? "linux" : parts[0];
        string? arch = parts.Length == 1 ? (parts[0] == "linux" ? null : parts[0]) : parts[1];
        if (parts.Length > 3 || os != "linux" || arch is { Length: 0 })
        {
            field.Error($"'{text}' is no platform that nodes have", "for example linux/amd64");
            return [];
        }
        var system = new Constraint("node.platform.os", Equal: true, os);
        return arch is null ? [system] : [system, new Constraint("node.platform.arch", Equal: true, Arch(arch))];
    }

    // Images name architectures as Go does; some people write the kernel's names.
    private static string Arch(string name) => name switch { "x86_64" => "amd64", "aarch64" => "arm64", _ => name };
}
