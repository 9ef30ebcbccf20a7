namespace Flyball.Discovery.Consul;

/// <summary><c>/v1/status/…</c>: this server leads, since it is the only one.</summary>
internal sealed class StatusRoutes(DiscoveryOptions options)
{
    /// <summary>Where Consul's servers speak to each other; clients only show it.</summary>
    private const int RaftPort = 8_300;

    public Task HandleAsync(ConsulExchange exchange, string path)
    {
        exchange.Require("GET");
        string self = $"{options.NodeAddress}:{RaftPort}";
        return path switch
        {
            "leader" => exchange.JsonAsync(json => json.WriteStringValue(self)),
            "peers" => exchange.JsonAsync(json =>
            {
                json.WriteStartArray();
                json.WriteStringValue(self);
                json.WriteEndArray();
            }),
            _ => throw ConsulApplication.NotFound(exchange),
        };
    }
}
