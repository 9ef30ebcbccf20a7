using System.Buffers;
using System.Text.Json;
using System.Threading.Channels;
using Flyball.Base.Work;
using Flyball.Gateway.Telemetry;
using Microsoft.Extensions.Logging;

namespace Flyball.Gateway.AccessLog;

/// <summary>
/// Takes entries from requests without making them wait and writes them in batches; when the queue is full or the disk
/// refuses, lines are dropped and counted.
/// </summary>
internal sealed partial class AccessLogWriter(
    AccessLogOptions.LineFormat format, int queueLinesMax, Func<ILogFile> open, IWorkers workers,
    GatewayMetrics metrics,
    ILogger<AccessLogWriter> logger)
{
    /// <summary>Bytes a batch before it is written.</summary>
    private const int BatchBytes = 64 * 1024;

    private readonly Channel<AccessLogEntry> queue = Channel.CreateBounded<AccessLogEntry>(
        new BoundedChannelOptions(queueLinesMax) { SingleReader = true });

    private ILogFile? file;

    public bool IsEnabled => format != AccessLogOptions.LineFormat.None;

    public void Add(in AccessLogEntry entry)
    {
        if (!queue.Writer.TryWrite(entry)) metrics.AccessLogDropped();
    }

    /// <summary>Writes until cancelled, then what is left.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        var buffer = new ArrayBufferWriter<byte>(BatchBytes * 2);
        using Utf8JsonWriter json = AccessLogLines.JsonWriter(buffer);
        try
        {
            while (await queue.Reader.WaitToReadAsync(cancellation)) await WriteWaitingAsync(buffer, json);
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            await WriteWaitingAsync(buffer, json);
            throw;
        }
        finally
        {
            file?.Dispose();
        }
    }

    private async Task WriteWaitingAsync(ArrayBufferWriter<byte> buffer, Utf8JsonWriter json)
    {
        bool more = true;
        while (more)
        {
            buffer.ResetWrittenCount();
            int lines = 0;
            while (buffer.WrittenCount < BatchBytes && (more = queue.Reader.TryRead(out AccessLogEntry entry)))
            {
                Append(entry, buffer, json);
                lines++;
            }

            if (lines > 0) await workers.RunAsync(() => Write(buffer.WrittenSpan, lines));
        }
    }

    private void Append(in AccessLogEntry entry, ArrayBufferWriter<byte> buffer, Utf8JsonWriter json)
    {
        if (format == AccessLogOptions.LineFormat.Json)
        {
            json.Reset();
            AccessLogLines.WriteJson(entry, json);
            json.Flush();
        }
        else
        {
            AccessLogLines.WriteCombined(entry, buffer);
        }

        buffer.Write("\n"u8);
    }

    private void Write(ReadOnlySpan<byte> text, int lines)
    {
        try
        {
            file ??= open();
            file.Write(text);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            metrics.AccessLogDropped(lines);
            Log.NotWritten(logger, lines, e.Message);
            file?.Dispose();
            file = null;
        }
    }

    private static partial class Log
    {
        [LoggerMessage(3021, LogLevel.Warning, "{Lines} access log lines were not written: {Reason}")]
        public static partial void NotWritten(ILogger logger, int lines, string reason);
    }
}
