using Flyball.Discovery.Indexing;
using Flyball.Discovery.Registrations;

namespace Flyball.Discovery.Consul;

/// <summary><c>/v1/agent/…</c>: this server as the agent of its own node.</summary>
internal sealed class AgentRoutes(
    AgentServices services, AgentChecks checks, AgentSelf self, CatalogueIndex index, Registrar registrar,
    DiscoveryOptions options)
{
    public Task HandleAsync(ConsulExchange exchange, string path)
    {
        string[] parts = path.Split('/', 3);
        string rest = parts.Length == 3 ? parts[2] : "";
        string second = parts.Length > 1 ? parts[1] : "";
        return parts[0] switch
        {
            "self" => self.SelfAsync(exchange),
            "members" => self.MembersAsync(exchange),
            "services" => services.ListAsync(exchange),
            "checks" => checks.ListAsync(exchange),
            "maintenance" => MaintainAsync(exchange),
            "service" => ServiceAsync(exchange, path, second, rest),
            "check" => CheckAsync(exchange, second, rest),
            "health" when second == "service" => HealthAsync(exchange, rest),
            _ => throw ConsulApplication.NotFound(exchange),
        };
    }

    private Task ServiceAsync(ConsulExchange exchange, string path, string action, string id) => action switch
    {
        "register" => services.RegisterAsync(exchange),
        "deregister" => services.DeregisterAsync(exchange, id),
        "maintenance" => services.MaintainAsync(exchange, id),
        "" => throw ConsulApplication.NotFound(exchange),
        // The id may hold slashes.
        _ => services.GetAsync(exchange, path["service/".Length..]),
    };

    private Task CheckAsync(ConsulExchange exchange, string action, string id) => action switch
    {
        "register" => checks.RegisterAsync(exchange),
        "deregister" => checks.DeregisterAsync(exchange, id),
        "pass" => checks.TellAsync(exchange, id, CheckStatus.Passing),
        "warn" => checks.TellAsync(exchange, id, CheckStatus.Warning),
        "fail" => checks.TellAsync(exchange, id, CheckStatus.Critical),
        "update" => checks.UpdateAsync(exchange, id),
        _ => throw ConsulApplication.NotFound(exchange),
    };

    private Task HealthAsync(ConsulExchange exchange, string rest)
    {
        exchange.Require("GET");
        int slash = rest.IndexOf('/', StringComparison.Ordinal);
        string name = slash < 0 ? "" : rest[(slash + 1)..];
        if (name.Length == 0) throw new ConsulException(400, "Bad service name or id");
        IEnumerable<ServiceInstance> own = services.Own();
        return rest[..slash] switch
        {
            "id" => AgentHealth.OneAsync(exchange, own.FirstOrDefault(one => one.Id == name)),
            "name" => AgentHealth.AllAsync(exchange, [.. own.Where(one => one.Service == name)]),
            _ => throw ConsulApplication.NotFound(exchange),
        };
    }

    private async Task MaintainAsync(ConsulExchange exchange)
    {
        exchange.Require("PUT");
        bool isOn = Enable(exchange);
        string reason = exchange.Query["reason"];
        await Edits.DoneAsync(index, exchange, await registrar.EditNodeAsync(
            options.NodeName,
            node => (node ?? new NodeRegistration { Name = options.NodeName }) with { Maintenance = isOn ? reason
                : null },
            exchange.Caller.Audit(isOn ? "node-maintain" : "node-resume", options.NodeName), exchange.Aborted));
        await exchange.EmptyAsync();
    }

    public static bool Enable(ConsulExchange exchange)
    {
        string text = exchange.Query["enable"];
        if (text.Length == 0) throw new ConsulException(400, "Missing value for enable");
        return text switch
        {
            "true" or "1" or "t" or "T" or "True" or "TRUE" => true,
            "false" or "0" or "f" or "F" or "False" or "FALSE" => false,
            _ => throw new ConsulException(400, $"Invalid value for enable: \"{text}\""),
        };
    }
}
