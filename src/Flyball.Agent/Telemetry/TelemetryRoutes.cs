using System.Diagnostics.Metrics;
using System.IO.Compression;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Flyball.Agent.Telemetry;

/// <summary>
/// OTLP over gRPC and HTTP. Nobody stores telemetry yet, so what arrives is counted and dropped; clients are answered
/// as by a collector that took everything.
/// </summary>
internal static class TelemetryRoutes
{
    /// <summary>A request's body at most, before and after decompression: 4 MiB, as collectors have it.</summary>
    public const int BodyBytesMax = 4 * 1024 * 1024;

    private const string ProtobufType = "application/x-protobuf";

    private static readonly Meter Meter = new("Flyball.Agent");
    private static readonly Counter<long> Received = Meter.CreateCounter<long>(
        "flyball.agent.telemetry.received", description: "Data points, log records and spans that arrived, by signal.");
    private static readonly Counter<long> Refused = Meter.CreateCounter<long>(
        "flyball.agent.telemetry.refused", description: "Requests refused, by reason: too_large, malformed.");

    public static void Map(IEndpointRouteBuilder door)
    {
        Map(door, OtlpSignal.Metrics, "/v1/metrics", "opentelemetry.proto.collector.metrics.v1.MetricsService");
        Map(door, OtlpSignal.Logs, "/v1/logs", "opentelemetry.proto.collector.logs.v1.LogsService");
        Map(door, OtlpSignal.Spans, "/v1/traces", "opentelemetry.proto.collector.trace.v1.TraceService");
    }

    private static void Map(IEndpointRouteBuilder door, OtlpSignal signal, string path, string service)
    {
        door.MapPost(path, (RequestDelegate)(http => HttpAsync(signal, http)));
        door.MapPost($"/{service}/Export", (RequestDelegate)(http => GrpcAsync(signal, http)));
    }

    private static async Task HttpAsync(OtlpSignal signal, HttpContext http)
    {
        byte[]? body = await ReadAsync(
            http.Request.Body, http.Request.Headers.ContentEncoding == "gzip", http.RequestAborted);
        if (body is null)
        {
            Count(Refused, "reason", "too_large");
            http.Response.StatusCode = StatusCodes.Status413PayloadTooLarge;
            return;
        }

        bool isJson = http.Request.ContentType?
            .StartsWith("application/json", StringComparison.OrdinalIgnoreCase) == true;
        if ((isJson ? OtlpCount.Json(signal, body) : OtlpCount.Protobuf(signal, body)) is not { } count)
        {
            Count(Refused, "reason", "malformed");
            http.Response.StatusCode = StatusCodes.Status400BadRequest;
            return;
        }

        Received.Add(count, new KeyValuePair<string, object?>("signal", Name(signal)));

        // An empty response message: everything was accepted.
        http.Response.ContentType = isJson ? "application/json" : ProtobufType;
        if (isJson) await http.Response.WriteAsync("{}", http.RequestAborted);
    }

    private static async Task GrpcAsync(OtlpSignal signal, HttpContext http)
    {
        http.Response.ContentType = "application/grpc";
        byte[]? body = await ReadAsync(http.Request.Body, false, http.RequestAborted);
        long? count = body is null ? null : await CountFramedAsync(signal, body, http);
        if (count is not { } items)
        {
            Count(Refused, "reason", body is null ? "too_large" : "malformed");
            http.Response.AppendTrailer("grpc-status", body is null ? "8" : "3");
            http.Response.AppendTrailer(
                "grpc-message", body is null ? "The request is larger than 4 MiB" : "The request is not OTLP");
            await http.Response.CompleteAsync();
            return;
        }

        Received.Add(items, new KeyValuePair<string, object?>("signal", Name(signal)));
        await http.Response.Body.WriteAsync(new byte[5], http.RequestAborted);
        http.Response.AppendTrailer("grpc-status", "0");
    }

    private static async ValueTask<long?> CountFramedAsync(OtlpSignal signal, byte[] body, HttpContext http)
    {
        if (!ProtoWalk.TryUnframe(body, out bool compressed, out ReadOnlySpan<byte> framed)) return null;
        if (!compressed) return OtlpCount.Protobuf(signal, framed);
        if (http.Request.Headers["grpc-encoding"] != "gzip") return null;
        byte[]? plain = await ReadAsync(new MemoryStream(framed.ToArray()), true, http.RequestAborted);
        return plain is null ? null : OtlpCount.Protobuf(signal, plain);
    }

    /// <summary>The whole body, or null when it is larger than the bound, packed or unpacked.</summary>
    private static async ValueTask<byte[]?> ReadAsync(Stream from, bool gzip, CancellationToken cancellation)
    {
        using var bytes = new MemoryStream();
        await using GZipStream? unpacking = gzip ? new GZipStream(from, CompressionMode.Decompress, leaveOpen: true)
            : null;
        Stream source = unpacking ?? from;
        var buffer = new byte[16 * 1024];
        try
        {
            int read;
            while ((read = await source.ReadAsync(buffer, cancellation)) > 0)
            {
                if (bytes.Length + read > BodyBytesMax) return null;
                bytes.Write(buffer, 0, read);
            }
        }
        catch (InvalidDataException)
        {
            // Not gzip after all: counting finds it malformed.
            return [0xFF];
        }
        catch (BadHttpRequestException e) when (e.StatusCode == StatusCodes.Status413PayloadTooLarge)
        {
            return null;
        }

        return bytes.ToArray();
    }

    private static string Name(OtlpSignal signal) => signal switch
    {
        OtlpSignal.Metrics => "metrics",
        OtlpSignal.Logs => "logs",
        _ => "spans",
    };

    private static void Count(Counter<long> counter, string key, string value) =>
        counter.Add(1, new KeyValuePair<string, object?>(key, value));
}
