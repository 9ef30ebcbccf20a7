using Flyball.Base.Spooling;
using Flyball.Base.Transport;
using Flyball.Base.Work;
using Flyball.Contracts.Telemetry.Wire;
using Google.Protobuf;
using Microsoft.Extensions.Logging;

namespace Flyball.Contracts.Telemetry;

/// <summary>
/// Keeps telemetry in a spool and brings it to the server over a stream of its own, for ever: what the server has not
/// acknowledged is sent again on the next stream. Appending is open to all threads; <see cref="RunAsync"/> runs once.
/// </summary>
public sealed partial class TelemetryForwarder(
    Spool spool, ITransport transport, TelemetryForwarderOptions options, TimeProvider time, Random random,
    ILogger<TelemetryForwarder> log) : IDisposable
{
    /// <summary>The version of the telemetry protocol that this side speaks.</summary>
    public const int ProtocolVersion = 1;

    /// <summary>A stream that lasted this long makes the next reconnection quick again.</summary>
    private static readonly TimeSpan GoodStream = TimeSpan.FromSeconds(10);

    private readonly TelemetryMetrics metrics = new(spool);
    private readonly ulong run = Draw(random);

    /// <summary>Keeps a batch to be sent.</summary>
    /// <param name="durable">Answers when the batch survives a power loss; else when it survives this process.</param>
    public async ValueTask<SpoolOutcome> ForwardAsync(TelemetryBatch batch, bool durable)
    {
        batch.Run = run;
        SpoolOutcome outcome = await spool.AppendAsync(batch.ToByteArray(), durable);
        if (outcome != SpoolOutcome.Kept) metrics.NotKept(outcome);
        return outcome;
    }

    /// <summary>Takes up what an earlier process left unsent. A disk that refuses is told and no failure.</summary>
    public async Task OpenAsync(CancellationToken cancellation)
    {
        try
        {
            SpoolRecovery found = await spool.OpenAsync(cancellation);
            if (found.Records > 0) Log.Found(log, found.Records);
            if (found.DamagedBytes > 0) Log.Damaged(log, found.DamagedBytes);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Log.NoDisk(log, e);
        }
    }

    /// <summary>Sends until cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        TimeSpan delay = options.RetryDelay;
        while (true)
        {
            long began = time.GetTimestamp();
            if (!spool.IsOpen) await OpenAsync(cancellation);
            try
            {
                await ConnectOnceAsync(cancellation);
                Log.Ended(log);
            }
            catch (Exception e) when (e is TransportException or IOException)
            {
                Log.Broken(log, e.Message);
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                Log.Failed(log, e);
            }

            cancellation.ThrowIfCancellationRequested();
            spool.Rewind();
            metrics.Retry();
            if (time.GetElapsedTime(began) >= GoodStream) delay = options.RetryDelay;
            double jitter;
            lock (random) jitter = 0.5 + (random.NextDouble() / 2);
            await Pause.ForAsync(delay * jitter, time, cancellation);
            delay = delay * 2 < options.RetryDelayMax ? delay * 2 : options.RetryDelayMax;
        }
    }

    public void Dispose()
    {
        metrics.Dispose();
        spool.Dispose();
    }

    private async Task ConnectOnceAsync(CancellationToken cancellation)
    {
        await using IMessageStream<TelemetryMessage, TelemetryServerMessage> stream = await transport.OpenAsync(
            StreamMethods.Telemetry, cancellation);
        var hello = new TelemetryHello { ProtocolVersion = ProtocolVersion, Source = options.Source };
        await stream.SendAsync(new TelemetryMessage { Hello = hello }, cancellation);
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        using var window = new SemaphoreSlim(options.InFlightMax);
        Task sending = SendAsync(stream, window, ended.Token);
        Task receiving = ReceiveAsync(stream, window, ended.Token);
        Task first = await Task.WhenAny(sending, receiving);
        ended.Cancel();
        await Task.WhenAll(Quiet(sending), Quiet(receiving));
        await first;
    }

    private async Task SendAsync(
        IMessageStream<TelemetryMessage, TelemetryServerMessage> stream, SemaphoreSlim window,
        CancellationToken cancellation)
    {
        while (true)
        {
            if (await spool.ReadAsync(cancellation) is not { } record)
            {
                await spool.WaitAsync(cancellation);
                continue;
            }

            TelemetryBatch batch;
            try
            {
                batch = TelemetryBatch.Parser.ParseFrom(record.Payload);
            }
            catch (InvalidProtocolBufferException e)
            {
                // Written by another version; the next acknowledgement passes over it.
                Log.Unreadable(log, record.Id, e);
                continue;
            }

            batch.Id = record.Id;
            await window.WaitAsync(cancellation);
            await stream.SendAsync(new TelemetryMessage { Batch = batch }, cancellation);
        }
    }

    private async Task ReceiveAsync(
        IMessageStream<TelemetryMessage, TelemetryServerMessage> stream, SemaphoreSlim window,
        CancellationToken cancellation)
    {
        while (await stream.ReceiveAsync(cancellation) is { } message)
        {
            if (message.BodyCase != TelemetryServerMessage.BodyOneofCase.Answer) continue;
            TelemetryAnswer answer = message.Answer;
            if (answer.Outcome == TelemetryOutcome.Unavailable)
                throw new TransportException("The server cannot store now: " + answer.Reason);
            spool.Acknowledge(answer.Id);
            metrics.Answered(answer.Outcome == TelemetryOutcome.Accepted);
            if (answer.Reason.Length > 0) Log.Refused(log, answer.Id, answer.Outcome, answer.Reason);
            window.Release();
        }
    }

    private static async Task Quiet(Task task)
    {
        try
        {
            await task;
        }
        catch (Exception e) when (e is OperationCanceledException or TransportException or IOException)
        {
            // The one that ended first is awaited by the caller and says why.
        }
    }

    private static ulong Draw(Random random)
    {
        lock (random) return (ulong)random.NextInt64();
    }

    private static partial class Log
    {
        [LoggerMessage(1200, LogLevel.Debug, "The server ended the telemetry stream; reconnecting")]
        public static partial void Ended(ILogger logger);

        [LoggerMessage(1201, LogLevel.Information, "Telemetry is kept until the server takes it: {Reason}")]
        public static partial void Broken(ILogger logger, string reason);

        [LoggerMessage(1202, LogLevel.Warning, "Of telemetry batch {Id} ({Outcome}) the server refused: {Reason}")]
        public static partial void Refused(ILogger logger, ulong id, TelemetryOutcome outcome, string reason);

        [LoggerMessage(1203, LogLevel.Information, "{Count} telemetry batches of an earlier run are sent now")]
        public static partial void Found(ILogger logger, long count);

        [LoggerMessage(1204, LogLevel.Warning, "{Bytes} bytes of buffered telemetry cannot be read and are dropped")]
        public static partial void Damaged(ILogger logger, long bytes);

        [LoggerMessage(1205, LogLevel.Error, "Telemetry cannot be buffered: the disk refuses")]
        public static partial void NoDisk(ILogger logger, Exception error);

        [LoggerMessage(1207, LogLevel.Error, "BUG: the telemetry stream failed; it is opened again")]
        public static partial void Failed(ILogger logger, Exception error);

        [LoggerMessage(1206, LogLevel.Warning, "Telemetry batch {Id} is of another version and is dropped")]
        public static partial void Unreadable(ILogger logger, ulong id, Exception error);
    }
}
