using System.Text;
using System.Text.Json;
using Flyball.Discovery.Checking;

namespace Flyball.Discovery.Sources;

/// <summary>
/// What a key or a node says of an instance: <c>host:port</c>; or an object with <c>address</c> and <c>port</c> (as
/// Curator writes it), with <c>host</c> and <c>port</c> (nerve), or with <c>Addr</c> (etcd's own gRPC naming).
/// </summary>
internal static class InstanceValue
{
    private const int WeightMax = 65_535;
    private const int BytesMax = 64 * 1024;

    /// <summary>Null when it makes no sense.</summary>
    public static SourceInstance? TryRead(string id, ReadOnlySpan<byte> value)
    {
        if (value.Length is 0 or > BytesMax) return null;
        if (value[0] != (byte)'{')
        {
            return HostPort.TrySplit(Encoding.UTF8.GetString(value).Trim()) is { } plain && IsHost(plain.Host)
                ? new SourceInstance(id, plain.Host, plain.Port) : null;
        }

        try
        {
            var reader = new Utf8JsonReader(value);
            using JsonDocument document = JsonDocument.ParseValue(ref reader);
            return Read(id, document.RootElement);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static SourceInstance? Read(string id, JsonElement json)
    {
        string address = "";
        int port = 0;
        int weight = 1;
        string[] tags = [];
        var meta = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (JsonProperty property in json.EnumerateObject())
        {
            JsonElement value = property.Value;
            switch (property.Name.ToLowerInvariant())
            {
                case "address" or "addr" or "host" when value.ValueKind == JsonValueKind.String:
                    address = value.GetString()!;
                    break;
                case "port" when value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out int number):
                    port = number;
                    break;
                case "weight" when value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out int share):
                    weight = Math.Clamp(share, 1, WeightMax);
                    break;
                case "tags" when value.ValueKind == JsonValueKind.Array:
                    tags = [.. value.EnumerateArray().Where(tag => tag.ValueKind == JsonValueKind.String)
                        .Select(tag => tag.GetString()!)];
                    break;
                case "meta" when value.ValueKind == JsonValueKind.Object:
                    foreach (JsonProperty pair in value.EnumerateObject())
                        if (pair.Value.ValueKind == JsonValueKind.String) meta[pair.Name] = pair.Value.GetString()!;
                    break;
                case "address" or "addr" or "host" or "port" or "weight" or "tags" or "meta":
                    return null;
            }
        }

        if (port == 0 && HostPort.TrySplit(address) is { } both) (address, port) = (both.Host, both.Port);
        return port is > 0 and <= 65_535 && IsHost(address)
            ? new SourceInstance(id, address, port)
                { Weight = weight, Tags = tags, Meta = meta.Count > 0 ? meta : null }
            : null;
    }

    private static bool IsHost(string text) => Uri.CheckHostName(text) != UriHostNameType.Unknown;
}
