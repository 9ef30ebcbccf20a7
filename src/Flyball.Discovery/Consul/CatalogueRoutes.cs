using System.Text.Json;
using Flyball.Discovery.Indexing;

namespace Flyball.Discovery.Consul;

/// <summary><c>/v1/catalog/…</c>: what there is, whether it is well or not.</summary>
internal sealed class CatalogueRoutes(
    CatalogueIndex index, BlockingQueries blocking, CatalogueWrites writes, DiscoveryOptions options)
{
    public Task HandleAsync(ConsulExchange exchange, string path)
    {
        if (path is "register" or "deregister")
        {
            exchange.Require("PUT");
            exchange.RequireOwnDatacenter();
            return path == "register" ? writes.RegisterAsync(exchange) : writes.DeregisterAsync(exchange);
        }

        exchange.Require("GET", "HEAD");
        exchange.RequireOwnDatacenter();
        int slash = path.IndexOf('/', StringComparison.Ordinal);
        string name = slash < 0 ? "" : path[(slash + 1)..];
        return (slash < 0 ? path : path[..slash]) switch
        {
            "datacenters" => exchange.JsonAsync(json =>
            {
                json.WriteStartArray();
                json.WriteStringValue(options.Datacenter);
                json.WriteEndArray();
            }),
            "nodes" => NodesAsync(exchange),
            "services" => ServicesAsync(exchange),
            "service" when name.Length > 0 => ServiceAsync(exchange, name),
            "connect" when name.Length > 0 => EmptyAsync(exchange),
            "node" when name.Length > 0 => NodeAsync(exchange, name, isList: false),
            "node-services" when name.Length > 0 => NodeAsync(exchange, name, isList: true),
            _ => throw ConsulApplication.NotFound(exchange),
        };
    }

    private async Task NodesAsync(ConsulExchange exchange)
    {
        if (await blocking.ParksForAsync(exchange, () => index.Nodes.ListIndex, index.Nodes.ListChanged)) return;
        exchange.SetIndex(index.Nodes.ListIndex);
        (string Key, string Value)[] meta = [.. Selection.NodeMeta(exchange)];
        await exchange.ListAsync(
            index.Nodes.List().Select(node => node.View).Where(node => Selection.HasMeta(node, meta)),
            (json, node) => ConsulJson.Node(json, node, options.Datacenter));
    }

    private async Task ServicesAsync(ConsulExchange exchange)
    {
        if (await blocking.ParksForAsync(exchange, () => index.NamesIndex, index.NamesChanged)) return;
        exchange.SetIndex(index.NamesIndex);
        (string Key, string Value)[] meta = [.. Selection.NodeMeta(exchange)];
        ServiceEntry[] services = index.Services();
        if (exchange.Filter() is { } filter) await FilteredServicesAsync(exchange, services, filter);
        else
        {
            await exchange.JsonAsync(json =>
            {
                json.WriteStartObject();
                foreach (ServiceEntry service in services)
                {
                    if (meta.Length > 0
                        && !Array.Exists(service.Instances, one => Selection.HasMeta(one.Node.View, meta)))
                        continue;
                    json.WriteStartArray(service.Name);
                    foreach (string tag in service.Tags) json.WriteStringValue(tag);
                    json.WriteEndArray();
                }

                json.WriteEndObject();
            });
        }
    }

    private Task FilteredServicesAsync(
        ConsulExchange exchange, ServiceEntry[] services, Filtering.JsonFilter filter) =>
        exchange.JsonAsync(json =>
        {
            json.WriteStartObject();
            foreach (ServiceEntry service in services)
            {
                var tags = new SortedSet<string>(StringComparer.Ordinal);
                bool isWanted = false;
                foreach (ServiceInstance instance in service.Instances)
                {
                    if (!filter.Matches(
                        one => ConsulJson.CatalogueService(one, instance, options.Datacenter))) continue;
                    isWanted = true;
                    tags.UnionWith(instance.Tags);
                }

                if (!isWanted) continue;
                json.WriteStartArray(service.Name);
                foreach (string tag in tags) json.WriteStringValue(tag);
                json.WriteEndArray();
            }

            json.WriteEndObject();
        });

    private async Task ServiceAsync(ConsulExchange exchange, string name)
    {
        if (await blocking.ParksForServiceAsync(exchange, name)) return;
        exchange.SetIndex(index.IndexOf(name));
        await exchange.ListAsync(
            Selection.Of(exchange, index.Find(name)?.Instances ?? []),
            (json, instance) => ConsulJson.CatalogueService(
                json, instance, options.Datacenter, Selection.ProjectedTags(exchange, instance)));
    }

    /// <summary>There is no service mesh here: nothing offers to speak it.</summary>
    private async Task EmptyAsync(ConsulExchange exchange)
    {
        exchange.SetIndex(index.AnyIndex);
        await exchange.JsonAsync(json =>
        {
            json.WriteStartArray();
            json.WriteEndArray();
        });
    }

    private async Task NodeAsync(ConsulExchange exchange, string name, bool isList)
    {
        NodeEntry? node = index.Nodes.Find(name);
        if (await (node is not null
            ? blocking.ParksForAsync(exchange, () => node.Index, node.Changed)
            : blocking.ParksForAsync(exchange, () => index.Nodes.ListIndex, index.Nodes.ListChanged))) return;
        node = index.Nodes.Find(name);
        exchange.SetIndex(node?.Index ?? index.Nodes.ListIndex);
        if (node is null)
        {
            await exchange.JsonAsync(json => json.WriteNullValue());
            return;
        }

        Filtering.JsonFilter? filter = exchange.Filter();
        await exchange.JsonAsync(json =>
        {
            json.WriteStartObject();
            json.WritePropertyName("Node"u8);
            ConsulJson.Node(json, node.View, options.Datacenter);
            WriteServices(json, node.View.Name, isList, filter);
            json.WriteEndObject();
        });
    }

    private void WriteServices(Utf8JsonWriter json, string node, bool isList, Filtering.JsonFilter? filter)
    {
        if (isList) json.WriteStartArray("Services"u8);
        else json.WriteStartObject("Services"u8);
        foreach (ServiceInstance instance in index.Services().SelectMany(service => service.Instances))
        {
            if (instance.Node.View.Name != node) continue;
            if (filter is not null && !filter.Matches(one => ConsulJson.Service(one, instance))) continue;
            if (!isList) json.WritePropertyName(instance.Id);
            ConsulJson.Service(json, instance);
        }

        if (isList) json.WriteEndArray();
        else json.WriteEndObject();
    }
}
