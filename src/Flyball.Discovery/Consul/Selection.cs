using Flyball.Discovery.Indexing;
using Flyball.Discovery.Registrations;
using Flyball.Discovery.Upsync;

namespace Flyball.Discovery.Consul;

/// <summary>Which instances a request asks for by <c>tag</c>, <c>node-meta</c> and <c>passing</c>.</summary>
internal static class Selection
{
    public static IEnumerable<ServiceInstance> Of(ConsulExchange exchange, IEnumerable<ServiceInstance> instances)
    {
        string[] tags = [.. exchange.Query.All("tag").Where(tag => tag.Length > 0)];
        (string Key, string Value)[] meta = [.. NodeMeta(exchange)];
        bool passing = exchange.Query.Flag("passing");
        foreach (ServiceInstance instance in instances)
        {
            if (tags.Length > 0 && !Array.TrueForAll(tags, instance.HasTag)) continue;
            if (meta.Length > 0 && !HasMeta(instance.Node.View, meta)) continue;
            if (passing && instance.Status != CheckStatus.Passing) continue;
            yield return instance;
        }
    }

    /// <summary>
    /// The tags for nginx' upsync module, which asks with <c>recurse</c> as nobody else does here; null for the
    /// instance's own.
    /// </summary>
    public static IReadOnlyList<string>? ProjectedTags(ConsulExchange exchange, ServiceInstance instance) =>
        exchange.Query.Has("recurse") ? UpsyncProjection.Tags(instance) : null;

    public static IEnumerable<(string Key, string Value)> NodeMeta(ConsulExchange exchange)
    {
        foreach (string pair in exchange.Query.All("node-meta"))
        {
            int colon = pair.IndexOf(':', StringComparison.Ordinal);
            yield return colon < 0 ? (pair, "") : (pair[..colon], pair[(colon + 1)..]);
        }
    }

    public static bool HasMeta(NodeView node, (string Key, string Value)[] wanted) => Array.TrueForAll(
        wanted, pair => node.Meta.TryGetValue(pair.Key, out string? value) && value == pair.Value);
}
