using System.Text.Encodings.Web;
using System.Text.Json;
using Flyball.Discovery.Indexing;
using Flyball.Discovery.Registrations;

namespace Flyball.Discovery.Consul;

/// <summary>Writes nodes, services and checks in the shapes of Consul's answers.</summary>
internal static class ConsulJson
{
    public static JsonWriterOptions Options(bool isPretty) => new()
    {
        Indented = isPretty,
        IndentSize = 4,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public static void Node(Utf8JsonWriter json, NodeView node, string datacenter)
    {
        json.WriteStartObject();
        json.WriteString("ID"u8, node.Id);
        json.WriteString("Node"u8, node.Name);
        json.WriteString("Address"u8, node.Address);
        json.WriteString("Datacenter"u8, datacenter);
        NodeAddresses(json, node);
        Map(json, "Meta"u8, node.Meta);
        Indexes(json, node.CreateIndex, node.ModifyIndex);
        json.WriteEndObject();
    }

    public static void NodeAddresses(Utf8JsonWriter json, NodeView node)
    {
        json.WriteStartObject("TaggedAddresses"u8);
        if (node.TaggedAddresses is { } given)
        {
            foreach ((string name, string address) in given) json.WriteString(name, address);
        }
        else
        {
            json.WriteString("lan"u8, node.Address);
            json.WriteString("wan"u8, node.Address);
        }

        json.WriteEndObject();
    }

    /// <summary>A service as health, agent and node lists show it.</summary>
    public static void Service(
        Utf8JsonWriter json, ServiceInstance service, IReadOnlyList<string>? tags = null)
    {
        json.WriteStartObject();
        ServiceFields(json, service, tags);
        Indexes(json, service.CreateIndex, service.ModifyIndex);
        json.WriteEndObject();
    }

    public static void ServiceFields(
        Utf8JsonWriter json, ServiceInstance service, IReadOnlyList<string>? tags = null)
    {
        json.WriteString("ID"u8, service.Id);
        json.WriteString("Service"u8, service.Service);
        Texts(json, "Tags"u8, tags ?? service.Tags);
        json.WriteString("Address"u8, service.Address);
        Addresses(json, "TaggedAddresses"u8, service.TaggedAddresses);
        Map(json, "Meta"u8, service.Meta);
        json.WriteNumber("Port"u8, service.Port);
        Weights(json, "Weights"u8, service);
        json.WriteBoolean("EnableTagOverride"u8, service.EnableTagOverride);
        Mesh(json, "Proxy"u8, "Connect"u8);
    }

    /// <summary>There is no mesh; clients expect its objects all the same.</summary>
    private static void Mesh(Utf8JsonWriter json, ReadOnlySpan<byte> proxy, ReadOnlySpan<byte> connect)
    {
        json.WriteStartObject(proxy);
        json.WriteString("Mode"u8, "");
        json.WriteStartObject("MeshGateway"u8);
        json.WriteEndObject();
        json.WriteStartObject("Expose"u8);
        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteStartObject(connect);
        json.WriteEndObject();
    }

    /// <summary>A service with its node in one object, as the catalogue's list shows it.</summary>
    public static void CatalogueService(
        Utf8JsonWriter json, ServiceInstance service, string datacenter, IReadOnlyList<string>? tags = null)
    {
        NodeView node = service.Node.View;
        json.WriteStartObject();
        json.WriteString("ID"u8, node.Id);
        json.WriteString("Node"u8, node.Name);
        json.WriteString("Address"u8, node.Address);
        json.WriteString("Datacenter"u8, datacenter);
        NodeAddresses(json, node);
        Map(json, "NodeMeta"u8, node.Meta);
        json.WriteString("ServiceKind"u8, "");
        json.WriteString("ServiceID"u8, service.Id);
        json.WriteString("ServiceName"u8, service.Service);
        Texts(json, "ServiceTags"u8, tags ?? service.Tags);
        json.WriteString("ServiceAddress"u8, service.Address);
        Addresses(json, "ServiceTaggedAddresses"u8, service.TaggedAddresses);
        Weights(json, "ServiceWeights"u8, service);
        Map(json, "ServiceMeta"u8, service.Meta);
        json.WriteNumber("ServicePort"u8, service.Port);
        json.WriteBoolean("ServiceEnableTagOverride"u8, service.EnableTagOverride);
        Mesh(json, "ServiceProxy"u8, "ServiceConnect"u8);
        Indexes(json, service.CreateIndex, service.ModifyIndex);
        json.WriteEndObject();
    }

    /// <param name="json">Where to.</param>
    /// <param name="check">The check.</param>
    /// <param name="node">Its node.</param>
    /// <param name="service">Its service; null for a check of the node.</param>
    /// <param name="output">Newer than the check's own; null for that.</param>
    /// <param name="status">Newer than the check's own; null for that.</param>
    public static void Check(
        Utf8JsonWriter json, InstanceCheck check, NodeView node, ServiceInstance? service, string? output = null,
        CheckStatus? status = null)
    {
        json.WriteStartObject();
        json.WriteString("Node"u8, node.Name);
        json.WriteString("CheckID"u8, check.Id);
        json.WriteString("Name"u8, check.Name);
        json.WriteString("Status"u8, (status ?? check.Status).Name());
        json.WriteString("Notes"u8, check.Notes);
        json.WriteString("Output"u8, output ?? check.Output);
        json.WriteString("ServiceID"u8, service?.Id ?? "");
        json.WriteString("ServiceName"u8, service?.Service ?? "");
        Texts(json, "ServiceTags"u8, service?.Tags ?? []);
        json.WriteString("Type"u8, check.Spec?.Type ?? "");
        json.WriteString("Interval"u8, check.Spec?.Interval is { } interval ? GoDuration.Format(interval) : "");
        json.WriteString("Timeout"u8, check.Spec?.Timeout is { } timeout ? GoDuration.Format(timeout) : "");
        json.WriteNumber("ExposedPort"u8, 0);
        Definition(json, check.Spec);
        Indexes(json, service?.CreateIndex ?? node.CreateIndex, service?.ModifyIndex ?? node.ModifyIndex);
        json.WriteEndObject();
    }

    /// <summary>Only what is set, as Consul leaves out what is empty.</summary>
    private static void Definition(Utf8JsonWriter json, CheckSpec? spec)
    {
        json.WriteStartObject("Definition"u8);
        if (spec is not null && spec.Type.Length > 0)
        {
            if (spec.Interval is { } interval) json.WriteString("Interval"u8, GoDuration.Format(interval));
            if (spec.Timeout is { } timeout) json.WriteString("Timeout"u8, GoDuration.Format(timeout));
            if (spec.DeregisterAfter is { } after)
                json.WriteString("DeregisterCriticalServiceAfter"u8, GoDuration.Format(after));
            if (spec.Http is { } http) json.WriteString("HTTP"u8, http);
            if (spec.Method is { } method) json.WriteString("Method"u8, method);
            if (spec.Tcp is { } tcp) json.WriteString("TCP"u8, tcp);
            if (spec.Grpc is { } grpc) json.WriteString("GRPC"u8, grpc);
        }

        json.WriteEndObject();
    }

    public static void Map(
        Utf8JsonWriter json, ReadOnlySpan<byte> name, IReadOnlyDictionary<string, string>? map)
    {
        json.WriteStartObject(name);
        if (map is not null)
        {
            foreach ((string key, string value) in map) json.WriteString(key, value);
        }

        json.WriteEndObject();
    }

    public static void Texts(Utf8JsonWriter json, ReadOnlySpan<byte> name, IReadOnlyList<string> texts)
    {
        json.WriteStartArray(name);
        for (int i = 0; i < texts.Count; i++) json.WriteStringValue(texts[i]);
        json.WriteEndArray();
    }

    private static void Addresses(
        Utf8JsonWriter json, ReadOnlySpan<byte> name, IReadOnlyDictionary<string, TaggedAddress>? addresses)
    {
        json.WriteStartObject(name);
        if (addresses is not null)
        {
            foreach ((string key, TaggedAddress address) in addresses)
            {
                json.WriteStartObject(key);
                json.WriteString("Address"u8, address.Address);
                json.WriteNumber("Port"u8, address.Port);
                json.WriteEndObject();
            }
        }

        json.WriteEndObject();
    }

    private static void Weights(Utf8JsonWriter json, ReadOnlySpan<byte> name, ServiceInstance service)
    {
        json.WriteStartObject(name);
        json.WriteNumber("Passing"u8, service.WeightPassing);
        json.WriteNumber("Warning"u8, service.WeightWarning);
        json.WriteEndObject();
    }

    private static void Indexes(Utf8JsonWriter json, long created, long modified)
    {
        json.WriteNumber("CreateIndex"u8, created);
        json.WriteNumber("ModifyIndex"u8, modified);
    }
}
