using System.Globalization;
using System.Net;
using System.Text.Json;

namespace Flyball.Client;

/// <summary>One blocking query for the passing instances of a service.</summary>
internal static class ConsulQuery
{
    private const string IndexHeader = "X-Consul-Index";

    /// <exception cref="HttpRequestException">The catalogue is away, or refuses.</exception>
    /// <exception cref="JsonException">It answers what makes no sense.</exception>
    public static async Task<(IReadOnlyList<EndPoint> Places, ulong Index)> AskAsync(
        HttpClient client, string service, ulong index, TimeSpan wait, CancellationToken cancellation)
    {
        string name = Uri.EscapeDataString(service);
        string query = string.Create(
            CultureInfo.InvariantCulture,
            $"v1/health/service/{name}?passing=1&index={index}&wait={(int)wait.TotalSeconds}s");
        using HttpResponseMessage answer = await client.GetAsync(query, cancellation).ConfigureAwait(false);
        answer.EnsureSuccessStatusCode();
        if (!answer.Headers.TryGetValues(IndexHeader, out IEnumerable<string>? values)
            || !ulong.TryParse(values.First(), NumberStyles.None, CultureInfo.InvariantCulture, out ulong at))
            throw new JsonException($"The answer has no {IndexHeader}.");
        using Stream body = await answer.Content.ReadAsStreamAsync(cancellation).ConfigureAwait(false);
        using JsonDocument json = await JsonDocument.ParseAsync(body, default, cancellation).ConfigureAwait(false);
        if (json.RootElement.ValueKind != JsonValueKind.Array) throw new JsonException("The answer is no list.");
        return ([.. json.RootElement.EnumerateArray().Select(Place).OfType<EndPoint>()], at);
    }

    /// <summary>Null for an instance without a port or an address: it is no place to connect to.</summary>
    private static EndPoint? Place(JsonElement entry)
    {
        if (!entry.TryGetProperty("Service", out JsonElement service)) throw new JsonException("Service is missing.");
        string address = Text(service, "Address");
        if (address.Length == 0 && entry.TryGetProperty("Node", out JsonElement node)) address = Text(node, "Address");
        int port = service.TryGetProperty("Port", out JsonElement number) && number.TryGetInt32(out int value)
            ? value : 0;
        if (port is <= 0 or > 65_535 || address.Length == 0) return null;
        return IPAddress.TryParse(address, out IPAddress? ip) ? new IPEndPoint(ip, port)
            : new DnsEndPoint(address, port);
    }

    private static string Text(JsonElement json, string name) =>
        json.TryGetProperty(name, out JsonElement text) && text.ValueKind == JsonValueKind.String
            ? text.GetString()! : "";
}
