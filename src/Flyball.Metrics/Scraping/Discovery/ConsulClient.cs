using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;
using Flyball.Base.Codecs;
using Flyball.Metrics.Scraping.Configuration;
using Flyball.Metrics.Scraping.Http;

namespace Flyball.Metrics.Scraping.Discovery;

/// <summary>Consul's HTTP API with blocking queries.</summary>
internal sealed class ConsulClient(
    Uri server, HttpSettings settings, ConsulSource source, HttpMessageInvoker client)
{
    private const int AnswerBytesMax = 64 << 20;

    /// <summary>How long Consul may hold a query back.</summary>
    private static readonly TimeSpan Wait = TimeSpan.FromMinutes(2);

    /// <summary>Consul adds up to a sixteenth to the wait.</summary>
    private static readonly TimeSpan Timeout = TimeSpan.FromMinutes(2.5);

    /// <summary>The services and their tags.</summary>
    public async Task<ConsulAnswer> ServicesAsync(long index, TimeProvider time, CancellationToken cancellation)
    {
        var query = new StringBuilder();
        foreach ((string name, string value) in source.NodeMeta)
            Append(query, "node-meta", $"{name}:{value}");
        if (source.Filter is not null) Append(query, "filter", source.Filter);
        return await GetAsync("v1/catalog/services", query, index, time, cancellation);
    }

    /// <summary>The instances of a service with their checks.</summary>
    public async Task<ConsulAnswer> InstancesAsync(
        string service, long index, TimeProvider time, CancellationToken cancellation)
    {
        var query = new StringBuilder();
        foreach (string tag in source.Tags) Append(query, "tag", tag);
        foreach ((string name, string value) in source.NodeMeta)
            Append(query, "node-meta", $"{name}:{value}");
        return await GetAsync(
            $"v1/health/service/{Uri.EscapeDataString(service)}", query, index, time, cancellation);
    }

    private async Task<ConsulAnswer> GetAsync(
        string path, StringBuilder query, long index, TimeProvider time, CancellationToken cancellation)
    {
        Append(query, "index", index.ToString(CultureInfo.InvariantCulture));
        Append(query, "wait", $"{(int)Wait.TotalSeconds}s");
        if (source.AllowsStale) Append(query, "stale", "");
        if (source.Datacenter is not null) Append(query, "dc", source.Datacenter);
        if (source.Namespace is not null) Append(query, "ns", source.Namespace);
        if (source.Partition is not null) Append(query, "partition", source.Partition);
        using CancellationTokenSource timeout = new(Timeout, time);
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellation);
        try
        {
            string root = server.ToString().TrimEnd('/');
            using var request = new HttpRequestMessage(HttpMethod.Get, new Uri($"{root}/{path}?{query}"));
            if (source.Token is not null) request.Headers.TryAddWithoutValidation("X-Consul-Token", source.Token);
            await HttpRequests.AuthorizeAsync(request, settings, linked.Token);
            using HttpResponseMessage response = await client.SendAsync(request, linked.Token);
            if (response.StatusCode != HttpStatusCode.OK)
                return ConsulAnswer.Failed($"{path} answers {(int)response.StatusCode}");
            var body = new ByteBuffer(64 * 1024);
            string? problem = await BodyReader.ReadAsync(response, body, AnswerBytesMax, linked.Token);
            if (problem is not null) return ConsulAnswer.Failed(problem);
            return new ConsulAnswer(JsonDocument.Parse(body.WrittenMemory), IndexOf(response), "");
        }
        catch (JsonException e)
        {
            return ConsulAnswer.Failed($"{path} answers no JSON: {e.Message}");
        }
        catch (Exception e) when (HttpRequests.IsFailure(e, cancellation))
        {
            return ConsulAnswer.Failed(e.Message);
        }
    }

    private static long IndexOf(HttpResponseMessage response) =>
        response.Headers.TryGetValues("X-Consul-Index", out IEnumerable<string>? values)
        && long.TryParse(values.First(), CultureInfo.InvariantCulture, out long index)
            ? index
            : 0;

    private static void Append(StringBuilder query, string name, string value)
    {
        if (query.Length > 0) query.Append('&');
        query.Append(name);
        if (value.Length > 0) query.Append('=').Append(Uri.EscapeDataString(value));
    }
}
