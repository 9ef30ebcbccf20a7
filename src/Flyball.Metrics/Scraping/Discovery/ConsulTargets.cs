using System.Text.Json;
using Flyball.Metrics.Model;

namespace Flyball.Metrics.Scraping.Discovery;

/// <summary>Turns Consul's instances of a service into targets with Prometheus' labels.</summary>
internal static class ConsulTargets
{
    private const string Prefix = "__meta_consul_";

    public static TargetGroup GroupOf(string service, JsonDocument json, string tagSeparator)
    {
        var targets = new List<Labels>();
        if (json.RootElement.ValueKind == JsonValueKind.Array)
        {
            foreach (JsonElement instance in json.RootElement.EnumerateArray())
            {
                if (TargetOf(instance, tagSeparator) is { } target) targets.Add(target);
            }
        }

        return new TargetGroup(Labels.Of((Prefix + "service", service)), targets);
    }

    private static Labels? TargetOf(JsonElement instance, string separator)
    {
        if (!TryObject(instance, "Node", out JsonElement node)) return null;
        if (!TryObject(instance, "Service", out JsonElement service)) return null;
        string nodeAddress = Text(node, "Address");
        string serviceAddress = Text(service, "Address");
        string port = service.TryGetProperty("Port", out JsonElement number) ? number.ToString() : "0";
        string host = serviceAddress.Length > 0 ? serviceAddress : nodeAddress;
        if (host.Length == 0) return null;
        if (host.Contains(':', StringComparison.Ordinal)) host = $"[{host}]";
        var labels = new LabelsBuilder(Labels.Of(("__address__", $"{host}:{port}")));
        labels.Set(Prefix + "address", nodeAddress).Set(Prefix + "node", Text(node, "Node"));
        labels.Set(Prefix + "dc", Text(node, "Datacenter"));
        labels.Set(Prefix + "service_address", serviceAddress).Set(Prefix + "service_port", port);
        labels.Set(Prefix + "service_id", Text(service, "ID"));
        labels.Set(Prefix + "namespace", Text(service, "Namespace"));
        labels.Set(Prefix + "partition", Text(service, "Partition"));
        labels.Set(Prefix + "health", HealthOf(instance));
        labels.Set(Prefix + "tags", TagsOf(service, separator));
        Add(labels, node, "TaggedAddresses", "tagged_address_");
        Add(labels, node, "Meta", "metadata_");
        Add(labels, service, "Meta", "service_metadata_");
        return labels.ToLabels();
    }

    /// <summary>The worst of the checks; an instance without checks passes.</summary>
    private static string HealthOf(JsonElement instance)
    {
        if (!instance.TryGetProperty("Checks", out JsonElement checks) || checks.ValueKind != JsonValueKind.Array)
            return "passing";
        string health = "passing";
        foreach (JsonElement check in checks.EnumerateArray())
        {
            string id = Text(check, "CheckID");
            if (id == "_node_maintenance" || id.StartsWith("_service_maintenance:", StringComparison.Ordinal))
                return "maintenance";
            string status = Text(check, "Status");
            if (status == "critical" || (status == "warning" && health == "passing")) health = status;
        }

        return health;
    }

    /// <summary>With a separator at both ends, so that a pattern may match any tag alike.</summary>
    private static string TagsOf(JsonElement service, string separator)
    {
        if (!service.TryGetProperty("Tags", out JsonElement tags) || tags.ValueKind != JsonValueKind.Array)
            return separator + separator;
        return separator + string.Join(separator, tags.EnumerateArray().Select(tag => tag.ToString())) + separator;
    }

    private static void Add(LabelsBuilder labels, JsonElement owner, string property, string prefix)
    {
        if (!TryObject(owner, property, out JsonElement map)) return;
        foreach (JsonProperty entry in map.EnumerateObject())
            labels.Set(Prefix + prefix + LabelText.Sanitise(entry.Name), entry.Value.ToString());
    }

    private static bool TryObject(JsonElement owner, string name, out JsonElement value)
    {
        value = default;
        return owner.ValueKind == JsonValueKind.Object && owner.TryGetProperty(name, out value)
            && value.ValueKind == JsonValueKind.Object;
    }

    private static string Text(JsonElement owner, string name) =>
        owner.ValueKind == JsonValueKind.Object && owner.TryGetProperty(name, out JsonElement value)
            && value.ValueKind is JsonValueKind.String or JsonValueKind.Number
            ? value.ToString()
            : "";
}
