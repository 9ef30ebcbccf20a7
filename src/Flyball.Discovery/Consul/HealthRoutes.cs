using System.Text.Json;
using Flyball.Discovery.Indexing;
using Flyball.Discovery.Registrations;

namespace Flyball.Discovery.Consul;

/// <summary><c>/v1/health/…</c>: what there is, with how it is.</summary>
internal sealed class HealthRoutes(CatalogueIndex index, BlockingQueries blocking, DiscoveryOptions options)
{
    public Task HandleAsync(ConsulExchange exchange, string path)
    {
        exchange.Require("GET", "HEAD");
        exchange.RequireOwnDatacenter();
        int slash = path.IndexOf('/', StringComparison.Ordinal);
        string name = slash < 0 ? "" : path[(slash + 1)..];
        if (name.Length == 0) throw ConsulApplication.NotFound(exchange);
        return path[..slash] switch
        {
            "service" => ServiceAsync(exchange, name),
            "checks" => ChecksAsync(exchange, name),
            "node" => NodeAsync(exchange, name),
            "state" => StateAsync(exchange, name),
            "connect" or "ingress" => NoneAsync(exchange),
            _ => throw ConsulApplication.NotFound(exchange),
        };
    }

    private async Task ServiceAsync(ConsulExchange exchange, string name)
    {
        if (await blocking.ParksForServiceAsync(exchange, name)) return;
        exchange.SetIndex(index.IndexOf(name));
        await exchange.ListAsync(
            Selection.Of(exchange, index.Find(name)?.Instances ?? []),
            (json, instance) => Write(json, instance, Selection.ProjectedTags(exchange, instance)));
    }

    private void Write(Utf8JsonWriter json, ServiceInstance instance, IReadOnlyList<string>? tags)
    {
        NodeView node = instance.Node.View;
        json.WriteStartObject();
        json.WritePropertyName("Node"u8);
        ConsulJson.Node(json, node, options.Datacenter);
        json.WritePropertyName("Service"u8);
        ConsulJson.Service(json, instance, tags);
        json.WriteStartArray("Checks"u8);
        foreach (InstanceCheck check in node.Checks) ConsulJson.Check(json, check, node, null);
        foreach (InstanceCheck check in instance.Checks) ConsulJson.Check(json, check, node, instance);
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private async Task ChecksAsync(ConsulExchange exchange, string name)
    {
        if (await blocking.ParksForServiceAsync(exchange, name)) return;
        exchange.SetIndex(index.IndexOf(name));
        await exchange.ListAsync(
            Selection.Of(exchange, index.Find(name)?.Instances ?? []).SelectMany(Rows), Write);
    }

    private async Task NodeAsync(ConsulExchange exchange, string name)
    {
        NodeEntry? node = index.Nodes.Find(name);
        if (await (node is not null
            ? blocking.ParksForAsync(exchange, () => node.Index, node.Changed)
            : blocking.ParksForAsync(exchange, () => index.Nodes.ListIndex, index.Nodes.ListChanged))) return;
        node = index.Nodes.Find(name);
        exchange.SetIndex(node?.Index ?? index.Nodes.ListIndex);
        IEnumerable<Row> rows = node is null ? []
            : OfNode(node).Concat(All().Where(one => one.Node.View.Name == node.View.Name).SelectMany(Rows));
        await exchange.ListAsync(rows, Write);
    }

    private async Task StateAsync(ConsulExchange exchange, string state)
    {
        CheckStatus? wanted = CheckStatusNames.Parse(state);
        if (wanted is null && state != "any")
            throw new ConsulException(400, $"Unknown state '{state}': it is any, passing, warning or critical");
        if (await blocking.ParksForAsync(exchange, () => index.AnyIndex, index.AnyChanged)) return;
        exchange.SetIndex(index.AnyIndex);
        (string Key, string Value)[] meta = [.. Selection.NodeMeta(exchange)];
        IEnumerable<Row> rows = index.Nodes.List().SelectMany(OfNode).Concat(All().SelectMany(Rows))
            .Where(row => wanted is null || row.Check.Status == wanted)
            .Where(row => Selection.HasMeta(row.Node, meta));
        await exchange.ListAsync(rows, Write);
    }

    /// <summary>There is no service mesh here.</summary>
    private async Task NoneAsync(ConsulExchange exchange)
    {
        exchange.SetIndex(index.AnyIndex);
        await exchange.ListAsync(Array.Empty<Row>(), Write);
    }

    private IEnumerable<ServiceInstance> All() => index.Services().SelectMany(service => service.Instances);

    private static IEnumerable<Row> Rows(ServiceInstance instance) =>
        instance.Checks.Select(check => new Row(check, instance.Node.View, instance));

    private static IEnumerable<Row> OfNode(NodeEntry node) =>
        node.View.Checks.Select(check => new Row(check, node.View, null));

    private static void Write(Utf8JsonWriter json, Row row) => ConsulJson.Check(json, row.Check, row.Node, row.Service);

    private readonly record struct Row(InstanceCheck Check, NodeView Node, ServiceInstance? Service);
}
