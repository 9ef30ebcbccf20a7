using System.IO.Compression;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Primitives;

namespace Flyball.Agent.Telemetry;

/// <summary>OTLP over gRPC and HTTP, answered as the specification has it.</summary>
internal sealed class TelemetryRoutes(OtlpIntake intake)
{
    /// <summary>A request's body at most, before and after decompression: 4 MiB, as collectors have it.</summary>
    public const int BodyBytesMax = 4 * 1024 * 1024;

    private static readonly byte[] NotOtlp = [0xFF];

    private const string ProtobufType = "application/x-protobuf";

    /// <summary>After a refusal that will pass: how long a client should wait, in seconds.</summary>
    private const string RetryAfterSeconds = "5";

    public void Map(IEndpointRouteBuilder door)
    {
        Map(door, OtlpSignal.Metrics, "/v1/metrics", "opentelemetry.proto.collector.metrics.v1.MetricsService");
        Map(door, OtlpSignal.Logs, "/v1/logs", "opentelemetry.proto.collector.logs.v1.LogsService");
        Map(door, OtlpSignal.Spans, "/v1/traces", "opentelemetry.proto.collector.trace.v1.TraceService");
    }

    private void Map(IEndpointRouteBuilder door, OtlpSignal signal, string path, string service)
    {
        door.MapPost(path, (RequestDelegate)(http => HttpAsync(signal, http)));
        door.MapPost($"/{service}/Export", (RequestDelegate)(http => GrpcAsync(signal, http)));
    }

    private async Task HttpAsync(OtlpSignal signal, HttpContext http)
    {
        byte[]? body = await ReadAsync(
            http.Request.Body, http.Request.Headers.ContentEncoding == "gzip", http.RequestAborted);
        bool isJson = http.Request.ContentType?
            .StartsWith("application/json", StringComparison.OrdinalIgnoreCase) == true;
        OtlpVerdict verdict = await intake.TakeAsync(signal, body, isJson, Allocation(http));
        http.Response.StatusCode = verdict switch
        {
            OtlpVerdict.Taken => StatusCodes.Status200OK,
            OtlpVerdict.TooLarge => StatusCodes.Status413PayloadTooLarge,
            OtlpVerdict.Malformed => StatusCodes.Status400BadRequest,
            OtlpVerdict.Busy => StatusCodes.Status429TooManyRequests,
            _ => StatusCodes.Status503ServiceUnavailable,
        };
        if (verdict is OtlpVerdict.Busy or OtlpVerdict.Unavailable)
            http.Response.Headers.RetryAfter = RetryAfterSeconds;
        if (verdict != OtlpVerdict.Taken) return;

        // An empty response message: everything was accepted.
        http.Response.ContentType = isJson ? "application/json" : ProtobufType;
        if (isJson) await http.Response.WriteAsync("{}", http.RequestAborted);
    }

    private async Task GrpcAsync(OtlpSignal signal, HttpContext http)
    {
        http.Response.ContentType = "application/grpc";
        byte[]? framed = await ReadAsync(http.Request.Body, false, http.RequestAborted);
        byte[]? body = framed is null ? null : await UnframeAsync(framed, http);
        OtlpVerdict verdict = await intake.TakeAsync(signal, body, isJson: false, Allocation(http));
        if (verdict == OtlpVerdict.Taken)
        {
            await http.Response.Body.WriteAsync(new byte[5], http.RequestAborted);
            http.Response.AppendTrailer("grpc-status", "0");
            return;
        }

        // RESOURCE_EXHAUSTED and INVALID_ARGUMENT are final; exporters repeat what was answered with UNAVAILABLE.
        (string status, string message) = verdict switch
        {
            OtlpVerdict.TooLarge => ("8", "The request is larger than 4 MiB"),
            OtlpVerdict.Malformed => ("3", "The request is not OTLP"),
            OtlpVerdict.Busy => ("14", "Too much telemetry waits to be written; repeat later"),
            _ => ("14", "The disk refuses to keep telemetry; repeat later"),
        };
        http.Response.AppendTrailer("grpc-status", status);
        http.Response.AppendTrailer("grpc-message", message);
        await http.Response.CompleteAsync();
    }

    private static string? Allocation(HttpContext http) =>
        http.Request.Headers.TryGetValue(TelemetryStamps.AllocationHeader, out StringValues named)
            ? named.ToString()
            : null;

    /// <summary>The message; null when it is too large unpacked, bytes that are no OTLP when it is no frame.</summary>
    private static async ValueTask<byte[]?> UnframeAsync(byte[] body, HttpContext http)
    {
        if (!ProtoWalk.TryUnframe(body, out bool compressed, out ReadOnlySpan<byte> framed)) return NotOtlp;
        if (!compressed) return framed.ToArray();
        if (http.Request.Headers["grpc-encoding"] != "gzip") return NotOtlp;
        return await ReadAsync(new MemoryStream(framed.ToArray()), true, http.RequestAborted);
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
            return NotOtlp;
        }
        catch (BadHttpRequestException e) when (e.StatusCode == StatusCodes.Status413PayloadTooLarge)
        {
            return null;
        }

        return bytes.ToArray();
    }
}
