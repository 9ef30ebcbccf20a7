using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Flyball.Discovery.Filtering;
using Flyball.Discovery.Parking;
using Flyball.Discovery.Registrations;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Flyball.Discovery.Consul;

/// <summary>
/// One request and its answer. Answers have a length and are never chunked: nginx' upsync module and clients of
/// HTTP/1.0 take them no other way.
/// </summary>
internal sealed class ConsulExchange(HttpContext context, string door, DiscoveryOptions options)
{
    /// <summary>What a client of HTTP/1.0 takes at most: nginx' upsync module has room for less than 4 MiB.</summary>
    public const int OldAnswerBytesMax = (4 * 1024 * 1024) - 1;

    /// <summary>Of a request's body, as in Consul.</summary>
    public const int BodyBytesMax = 512 * 1024;

    public HttpContext Context => context;

    public DiscoveryOptions Options => options;

    public ConsulQuery Query { get; } = new(context.Request.QueryString);

    public string Method => context.Request.Method;

    public CancellationToken Aborted => context.RequestAborted;

    public string Remote => context.Connection.RemoteIpAddress?.ToString() ?? "";

    public Caller Caller => new(door, Remote);

    /// <summary>The request waits elsewhere and comes again: nothing is answered now.</summary>
    public bool IsParked { get; private set; }

    /// <summary>The wait that this request continues; null for one that comes for the first time.</summary>
    public ParkedRequest? Resumed { get; } = context.Features.Get<DoorSession>()?.TakeResumed();

    /// <summary>The connection's turn.</summary>
    public DoorSession Session => context.Features.Get<DoorSession>()
        ?? throw new InvalidOperationException("BUG: the request did not come by a door of discovery.");

    public bool IsOldHttp => context.Request.Protocol == "HTTP/1.0";

    public int Status => context.Response.StatusCode;

    /// <summary>Refuses any other method.</summary>
    public void Require(params ReadOnlySpan<string> methods)
    {
        foreach (string method in methods)
            if (Method == method) return;
        context.Response.Headers.Allow = string.Join(',', methods.ToArray());
        throw new ConsulException(405, "method " + Method + " not allowed");
    }

    /// <summary>Leaves the request to its connection until it is woken; to be handled again as a whole then.</summary>
    /// <param name="request">The wait.</param>
    /// <param name="and">Parameters that it has in addition the next time; empty for none.</param>
    public void Park(ParkedRequest request, string and)
    {
        Session.Park(request, ParkedText.Of(context.Request, and));
        IsParked = true;
    }

    /// <summary>
    /// Before it is parked. No route that waits takes a body; one that is sent all the same is not to be read as the
    /// next request.
    /// </summary>
    /// <exception cref="ConsulException">It is too large.</exception>
    public async ValueTask DropBodyAsync()
    {
        if (context.Features.Get<IHttpRequestBodyDetectionFeature>() is { CanHaveBody: true }) await ReadBodyAsync();
    }

    /// <exception cref="ConsulException">It is too large.</exception>
    public async ValueTask<byte[]> ReadBodyAsync()
    {
        HttpRequest request = context.Request;
        if (request.ContentLength > BodyBytesMax) throw TooLarge(request.ContentLength.Value);
        using var body = new MemoryStream();
        byte[] buffer = ArrayPool<byte>.Shared.Rent(8_192);
        try
        {
            int got;
            while ((got = await request.Body.ReadAsync(buffer, Aborted)) > 0)
            {
                if (body.Length + got > BodyBytesMax) throw TooLarge(body.Length + got);
                body.Write(buffer, 0, got);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }

        return body.ToArray();
    }

    /// <exception cref="ConsulException">It is too large, or not a JSON object.</exception>
    public async ValueTask<JsonDocument> ReadJsonAsync()
    {
        try
        {
            return JsonDocument.Parse(await ReadBodyAsync());
        }
        catch (JsonException e)
        {
            throw new ConsulException(400, $"Request decode failed: line {e.LineNumber + 1}: {e.Message}");
        }
    }

    /// <summary>Refuses another datacenter, which nobody here could ask.</summary>
    public void RequireOwnDatacenter()
    {
        if (Query["dc"] is { Length: > 0 } datacenter && datacenter != options.Datacenter)
            throw new ConsulException(500, "No path to datacenter");
        if (Query.Has("stale") && Query.Has("consistent"))
            throw new ConsulException(400, "Cannot specify ?stale with ?consistent, conflicting semantics.");
    }

    public void SetIndex(long index)
    {
        IHeaderDictionary headers = context.Response.Headers;
        headers["X-Consul-Index"] = Math.Max(1, index).ToString(CultureInfo.InvariantCulture);
        headers["X-Consul-KnownLeader"] = "true";
        headers["X-Consul-LastContact"] = "0";
        headers["X-Consul-Effective-Consistency"] = Query.Has("stale") ? "stale"
            : Query.Has("consistent") ? "consistent" : "leader";
    }

    public Task JsonAsync(Action<Utf8JsonWriter> write, int status = 200)
    {
        var buffer = new ArrayBufferWriter<byte>(1_024);
        bool isPretty = Query.Flag("pretty");
        using (var json = new Utf8JsonWriter(buffer, ConsulJson.Options(isPretty))) write(json);
        if (isPretty) buffer.Write("\n"u8);
        return BytesAsync(status, "application/json", buffer.WrittenMemory);
    }

    /// <summary>A list of what passes the request's <c>filter</c>.</summary>
    public Task ListAsync<T>(IEnumerable<T> items, Action<Utf8JsonWriter, T> write)
    {
        JsonFilter? filter = Filter();
        return JsonAsync(json =>
        {
            json.WriteStartArray();
            foreach (T item in items)
            {
                if (filter is null) write(json, item);
                else filter.WriteIfMatching(json, one => write(one, item));
            }

            json.WriteEndArray();
        });
    }

    /// <summary>The request's <c>filter</c>; null without one.</summary>
    public JsonFilter? Filter()
    {
        if (Query["filter"] is not { Length: > 0 } text) return null;
        try
        {
            return new JsonFilter(FilterParser.Parse(text));
        }
        catch (FormatException e)
        {
            throw new ConsulException(400, $"Failed to create boolean expression evaluator: {e.Message}");
        }
    }

    public Task BoolAsync(bool value) =>
        BytesAsync(200, "application/json", value ? "true"u8.ToArray() : "false"u8.ToArray());

    public Task TextAsync(int status, string text) =>
        BytesAsync(status, "text/plain; charset=utf-8", Encoding.UTF8.GetBytes(text));

    public Task EmptyAsync(int status = 200) => BytesAsync(status, null, ReadOnlyMemory<byte>.Empty);

    public async Task BytesAsync(int status, string? contentType, ReadOnlyMemory<byte> body)
    {
        if (IsOldHttp && body.Length > OldAnswerBytesMax)
        {
            status = 500;
            contentType = "text/plain; charset=utf-8";
            body = Encoding.UTF8.GetBytes(
                $"OldAnswerBytesMax: the answer has {body.Length} bytes, clients of HTTP/1.0 take {OldAnswerBytesMax}");
        }

        HttpResponse response = context.Response;
        response.StatusCode = status;
        response.ContentType = contentType;
        response.ContentLength = body.Length;
        if (Method != "HEAD") await response.Body.WriteAsync(body, Aborted);
    }

    private static ConsulException TooLarge(long bytes) => new(
        413, $"Request body({bytes} bytes) too large, max size: {BodyBytesMax} bytes.");
}
