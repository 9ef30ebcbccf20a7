using System.Text.Json;
using Flyball.Discovery.Indexing;
using Flyball.Discovery.Registrations;

namespace Flyball.Discovery.Consul;

/// <summary>
/// <c>/v1/agent/health/service/…</c>: the state of the agent's services by the answer's status, so that simple
/// clients need no JSON.
/// </summary>
internal static class AgentHealth
{
    public static Task OneAsync(ConsulExchange exchange, ServiceInstance? service)
    {
        if (service is null) return NoneAsync(exchange);
        return AnswerAsync(exchange, service.Status, json => Write(json, service));
    }

    public static Task AllAsync(ConsulExchange exchange, IReadOnlyList<ServiceInstance> services)
    {
        if (services.Count == 0) return NoneAsync(exchange);
        return AnswerAsync(exchange, services.Max(service => service.Status), json =>
        {
            json.WriteStartArray();
            foreach (ServiceInstance service in services) Write(json, service);
            json.WriteEndArray();
        });
    }

    private static Task NoneAsync(ConsulExchange exchange) => exchange.TextAsync(404, "ServiceId not found");

    private static Task AnswerAsync(ConsulExchange exchange, CheckStatus status, Action<Utf8JsonWriter> write)
    {
        int code = status switch
        {
            CheckStatus.Passing => 200,
            CheckStatus.Warning => 429,
            _ => 503,
        };
        string accept = exchange.Context.Request.Headers.Accept.ToString();
        if (exchange.Query["format"] == "text" || accept.StartsWith("text/plain", StringComparison.Ordinal))
            return exchange.TextAsync(code, status.Name());
        return exchange.JsonAsync(write, code);
    }

    private static void Write(Utf8JsonWriter json, ServiceInstance service)
    {
        json.WriteStartObject();
        json.WriteString("AggregatedStatus"u8, service.Status.Name());
        json.WritePropertyName("Service"u8);
        ConsulJson.Service(json, service);
        json.WriteStartArray("Checks"u8);
        foreach (InstanceCheck check in service.Checks) ConsulJson.Check(json, check, service.Node.View, service);
        json.WriteEndArray();
        json.WriteEndObject();
    }
}
