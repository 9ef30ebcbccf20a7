using System.Text.Json;
using Flyball.Discovery.Registrations;

namespace Flyball.Discovery.Sources;

/// <summary>Reads what a Consul answers: pure.</summary>
internal static class ConsulAnswer
{
    /// <summary>Every Consul has this service of its own servers.</summary>
    private const string Itself = "consul";

    private const int WeightMax = 65_535;

    /// <exception cref="SourceException">It is not an object of names.</exception>
    public static HashSet<string> Names(JsonElement json)
    {
        if (json.ValueKind != JsonValueKind.Object)
            throw SourceException.Wrong($"/v1/catalog/services is answered with {json.ValueKind}, not an object.");
        return
        [
            .. json.EnumerateObject().Select(one => one.Name)
                .Where(name => name.Length > 0 && name != Itself),
        ];
    }

    /// <summary>The instances.</summary>
    /// <param name="json">The answer.</param>
    /// <param name="withSources">
    /// Also those that came from a source themselves; not for a source: two servers that are each other's would keep
    /// them alive for ever.
    /// </param>
    /// <exception cref="SourceException">It is not a list.</exception>
    public static (List<SourceInstance> Instances, List<string> Unreadable) Instances(
        JsonElement json, bool withSources = false)
    {
        if (json.ValueKind != JsonValueKind.Array)
            throw SourceException.Wrong($"/v1/health/service is answered with {json.ValueKind}, not a list.");
        var instances = new List<SourceInstance>();
        var unreadable = new List<string>();
        foreach (JsonElement entry in json.EnumerateArray())
        {
            JsonElement service = Child(entry, "Service");
            JsonElement node = Child(entry, "Node");
            string id = $"{Text(node, "Node")}/{Text(service, "ID")}";
            if (id == "/") throw SourceException.Wrong("/v1/health/service names no instances.");
            if (!withSources && Child(service, "Meta").ValueKind == JsonValueKind.Object
                && Child(service, "Meta").TryGetProperty(SourceKeeper.SourceKey, out _)) continue;
            string address = Text(service, "Address") is { Length: > 0 } own ? own : Text(node, "Address");
            int port = Number(service, "Port");
            CheckStatus? status = Worst(Child(entry, "Checks"));
            if (address.Length == 0 || port is < 0 or > 65_535 || status is null) unreadable.Add(id);
            else instances.Add(Of(id, address, port, service, status.Value));
        }

        return (instances, unreadable);
    }

    private static SourceInstance Of(string id, string address, int port, JsonElement service, CheckStatus status)
    {
        JsonElement weights = Child(service, "Weights");
        JsonElement tags = Child(service, "Tags");
        JsonElement meta = Child(service, "Meta");
        return new SourceInstance(id, address, port)
        {
            Weight = Math.Clamp(Number(weights, "Passing", 1), 1, WeightMax),
            WeightWarning = Math.Clamp(Number(weights, "Warning", 1), 0, WeightMax),
            Tags = tags.ValueKind != JsonValueKind.Array ? []
                : [.. tags.EnumerateArray().Where(IsText).Select(tag => tag.GetString()!)],
            Meta = meta.ValueKind != JsonValueKind.Object ? null
                : meta.EnumerateObject().Where(pair => IsText(pair.Value))
                    .DistinctBy(pair => pair.Name).ToDictionary(pair => pair.Name, pair => pair.Value.GetString()!),
            Status = status,
        };
    }

    /// <summary>Null when a state is none of Consul's.</summary>
    private static CheckStatus? Worst(JsonElement checks)
    {
        if (checks.ValueKind != JsonValueKind.Array) return null;
        CheckStatus worst = CheckStatus.Passing;
        foreach (JsonElement check in checks.EnumerateArray())
        {
            string text = Text(check, "Status");
            CheckStatus? status = text == "maintenance" ? CheckStatus.Critical : CheckStatusNames.Parse(text);
            if (status is null) return null;
            if (status > worst) worst = status.Value;
        }

        return worst;
    }

    private static bool IsText(JsonElement json) => json.ValueKind == JsonValueKind.String;

    private static JsonElement Child(JsonElement json, string name) =>
        json.ValueKind == JsonValueKind.Object && json.TryGetProperty(name, out JsonElement child) ? child : default;

    private static string Text(JsonElement json, string name) =>
        Child(json, name) is { ValueKind: JsonValueKind.String } text ? text.GetString()! : "";

    private static int Number(JsonElement json, string name, int absent = 0) =>
        Child(json, name) is { ValueKind: JsonValueKind.Number } number
            ? number.TryGetInt32(out int value) ? value : -1 : absent;
}
