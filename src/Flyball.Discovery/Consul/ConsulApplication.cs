using Microsoft.AspNetCore.Http;

namespace Flyball.Discovery.Consul;

/// <summary>Consul's HTTP API: finds who answers a path, and turns what goes wrong into an answer.</summary>
internal sealed class ConsulApplication(
    AgentRoutes agent, CatalogueRoutes catalogue, HealthRoutes health, KvRoutes kv, SessionRoutes sessions,
    StatusRoutes status, DoorParts parts)
{
    private const string Root = "/v1/";

    public async Task HandleAsync(HttpContext context)
    {
        var exchange = new ConsulExchange(context, "consul", parts.Options);
        await parts.AnswerAsync(exchange, RouteAsync);
    }

    public static ConsulException NotFound(ConsulExchange exchange) => new(
        404, $"Invalid URL path: {exchange.Method} {exchange.Context.Request.Path} is not part of the API that Flyball "
            + $"serves");

    private Task RouteAsync(ConsulExchange exchange)
    {
        string path = DoorParts.PathOf(exchange.Context.Request);
        if (path is "/" or "") return exchange.TextAsync(200, "Flyball speaks Consul's HTTP API here: /v1/…\n");
        if (!path.StartsWith(Root, StringComparison.Ordinal)) throw NotFound(exchange);
        int slash = path.IndexOf('/', Root.Length);
        string area = slash < 0 ? path[Root.Length..] : path[Root.Length..slash];
        string rest = slash < 0 ? "" : path[(slash + 1)..];
        return area switch
        {
            "agent" => agent.HandleAsync(exchange, rest),
            "catalog" => catalogue.HandleAsync(exchange, rest),
            "health" => health.HandleAsync(exchange, rest),
            "kv" => kv.HandleAsync(exchange, rest),
            "session" => sessions.HandleAsync(exchange, rest),
            "status" => status.HandleAsync(exchange, rest),
            _ => throw NotFound(exchange),
        };
    }
}
