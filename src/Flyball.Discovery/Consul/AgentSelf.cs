using System.Reflection;
using System.Text.Json;
using Flyball.Discovery.Indexing;

namespace Flyball.Discovery.Consul;

/// <summary><c>/v1/agent/self</c> and <c>members</c>: who answers here.</summary>
internal sealed class AgentSelf(CatalogueIndex index, DiscoveryOptions options)
{
    /// <summary>The version whose API this is; clients parse it.</summary>
    private const string ApiVersion = "1.20.0";

    private const int SerfPort = 8_301;

    /// <summary>Serf's number for a member that is alive.</summary>
    private const int Alive = 1;

    private static readonly string OwnVersion =
        typeof(AgentSelf).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion
            ?? "unknown";

    public Task SelfAsync(ConsulExchange exchange)
    {
        exchange.Require("GET");
        NodeView node = index.Nodes.Own.View;
        return exchange.JsonAsync(json =>
        {
            json.WriteStartObject();
            json.WriteStartObject("Config"u8);
            json.WriteString("Datacenter"u8, options.Datacenter);
            json.WriteString("PrimaryDatacenter"u8, options.Datacenter);
            json.WriteString("NodeName"u8, node.Name);
            json.WriteString("NodeID"u8, node.Id);
            json.WriteString("Revision"u8, "");
            json.WriteBoolean("Server"u8, true);
            json.WriteString("Version"u8, ApiVersion);
            json.WriteEndObject();
            json.WriteStartObject("DebugConfig"u8);
            json.WriteEndObject();
            json.WritePropertyName("Member"u8);
            Member(json, node);
            json.WriteStartObject("Stats"u8);
            json.WriteEndObject();
            json.WriteStartObject("Meta"u8);
            json.WriteString("flyball-version"u8, OwnVersion);
            json.WriteEndObject();
            json.WriteEndObject();
        });
    }

    public Task MembersAsync(ConsulExchange exchange)
    {
        exchange.Require("GET");
        return exchange.JsonAsync(json =>
        {
            json.WriteStartArray();
            Member(json, index.Nodes.Own.View);
            json.WriteEndArray();
        });
    }

    private void Member(Utf8JsonWriter json, NodeView node)
    {
        json.WriteStartObject();
        json.WriteString("Name"u8, node.Name);
        json.WriteString("Addr"u8, node.Address);
        json.WriteNumber("Port"u8, SerfPort);
        json.WriteStartObject("Tags"u8);
        json.WriteString("dc"u8, options.Datacenter);
        json.WriteString("id"u8, node.Id);
        json.WriteString("role"u8, "consul");
        json.WriteEndObject();
        json.WriteNumber("Status"u8, Alive);
        json.WriteNumber("ProtocolMin"u8, 1);
        json.WriteNumber("ProtocolMax"u8, 5);
        json.WriteNumber("ProtocolCur"u8, 2);
        json.WriteNumber("DelegateMin"u8, 2);
        json.WriteNumber("DelegateMax"u8, 5);
        json.WriteNumber("DelegateCur"u8, 4);
        json.WriteEndObject();
    }
}
