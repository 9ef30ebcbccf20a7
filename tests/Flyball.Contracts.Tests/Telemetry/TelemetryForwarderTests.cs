using System.Threading.Channels;
using Flyball.Base.Disk;
using Flyball.Base.Spooling;
using Flyball.Base.Transport;
using Flyball.Base.Work;
using Flyball.Contracts.Telemetry;
using Flyball.Contracts.Telemetry.Wire;
using Google.Protobuf;
using Microsoft.Extensions.Logging.Abstractions;

namespace Flyball.Contracts.Tests.Telemetry;

/// <summary>What is kept reaches the server, in order, whatever becomes of streams and processes.</summary>
public sealed class TelemetryForwarderTests : IAsyncDisposable
{
    private static readonly TelemetryForwarderOptions Options = new()
    {
        Source = "test", RetryDelay = TimeSpan.FromMilliseconds(1), RetryDelayMax = TimeSpan.FromMilliseconds(1),
        InFlightMax = 4,
    };

    private readonly string directory = Directory.CreateTempSubdirectory("flyball-forward-").FullName;
    private CancellationTokenSource stopping = new();
    private readonly Server server = new();
    private readonly InProcessTransport transport = new();
    private TelemetryForwarder? forwarder;
    private Task running = Task.CompletedTask;

    public TelemetryForwarderTests() => transport.Handle(StreamMethods.Telemetry, server);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        Directory.Delete(directory, recursive: true);
    }

    [Fact]
    public async Task Forward_WhileConnected_ArrivesInOrderWithOneRun()
    {
        await StartAsync();
        for (int i = 0; i < 10; i++) await ForwardAsync($"{i}");

        TelemetryBatch[] arrived = await server.ReceiveAsync(10);

        Assert.Equal(Enumerable.Range(0, 10).Select(i => $"{i}"), arrived.Select(Text));
        Assert.Equal(Enumerable.Range(1, 10).Select(i => (ulong)i), arrived.Select(batch => batch.Id));
        Assert.Single(arrived.Select(batch => batch.Run).Distinct());
    }

    [Fact]
    public async Task Forward_ServerSaysUnavailable_SendsThatBatchAndAllLaterOnesAgain()
    {
        server.Answer = batch => batch.Id == 3 && server.Streams == 1
            ? TelemetryOutcome.Unavailable
            : TelemetryOutcome.Accepted;
        await StartAsync();
        for (int i = 1; i <= 6; i++) await ForwardAsync($"{i}");

        TelemetryBatch[] arrived = await server.ReceiveAsync(7);

        Assert.Equal(["1", "2", "3", "3", "4", "5", "6"], arrived.Select(Text));
        Assert.Equal(2, server.Streams);
    }

    [Fact]
    public async Task Forward_ServerRefuses_PassesOverTheBatches()
    {
        server.Answer = _ => TelemetryOutcome.Refused;
        await StartAsync();
        for (int i = 1; i <= 3 * Options.InFlightMax; i++) await ForwardAsync($"{i}");

        TelemetryBatch[] arrived = await server.ReceiveAsync(3 * Options.InFlightMax);

        Assert.Equal(Enumerable.Range(1, arrived.Length).Select(i => $"{i}"), arrived.Select(Text));
        Assert.Equal(1, server.Streams);
    }

    [Fact]
    public async Task Forward_ServerAnswersNothing_SendsNoMoreThanTheWindow()
    {
        server.Answer = _ => null;
        await StartAsync();
        for (int i = 1; i <= 20; i++) await ForwardAsync($"{i}");
        await server.ReceiveAsync(Options.InFlightMax);

        // The next stream begins with the first batch again: had more been sent, they would have arrived before.
        server.EndStreams();

        Assert.Equal("1", Text((await server.ReceiveAsync(1))[0]));
    }

    [Fact]
    public async Task Restart_WhatWasNotAnswered_IsSentByTheNextProcessUnderItsOldRun()
    {
        server.Answer = batch => batch.Id <= 2 ? TelemetryOutcome.Accepted : null;
        await StartAsync();
        for (int i = 1; i <= 6; i++) await ForwardAsync($"{i}");

        // The window has room for the last two only when the first two answers have been taken.
        TelemetryBatch[] before = await server.ReceiveAsync(6);
        await StopAsync();
        server.Answer = _ => TelemetryOutcome.Accepted;
        await StartAsync();
        await ForwardAsync("7");
        TelemetryBatch[] after = await server.ReceiveAsync(5);

        Assert.Equal(["3", "4", "5", "6", "7"], after.Select(Text));
        Assert.Equal([3ul, 4ul, 5ul, 6ul, 7ul], after.Select(batch => batch.Id));
        Assert.All(after[..4], batch => Assert.Equal(before[0].Run, batch.Run));
        Assert.NotEqual(before[0].Run, after[4].Run);
    }

    [Fact]
    public async Task Forward_HandlerFails_TheStreamIsOpenedAgain()
    {
        server.Answer = _ => server.Streams == 1
            ? throw new InvalidOperationException("broken")
            : TelemetryOutcome.Accepted;
        await StartAsync();
        await ForwardAsync("1");

        Assert.Equal(["1", "1"], (await server.ReceiveAsync(2)).Select(Text));
    }

    private static string Text(TelemetryBatch batch) => batch.Payload.ToStringUtf8();

    private async Task ForwardAsync(string text)
    {
        var batch = new TelemetryBatch { Payload = ByteString.CopyFromUtf8(text) };
        Assert.Equal(SpoolOutcome.Kept, await forwarder!.ForwardAsync(batch, durable: false));
    }

    private async Task StartAsync()
    {
        forwarder = new TelemetryForwarder(
            new Spool(new SpoolOptions { Directory = directory }, PhysicalDisk.Instance, PoolWorkers.Instance),
            transport, Options, TimeProvider.System, new Random(), NullLogger<TelemetryForwarder>.Instance);
        await forwarder.OpenAsync(Cancellation);
        stopping = new CancellationTokenSource();
        running = forwarder.RunAsync(stopping.Token);
    }

    private async Task StopAsync()
    {
        if (forwarder is null) return;
        await stopping.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
        stopping.Dispose();
        forwarder.Dispose();
        forwarder = null;
    }

    /// <summary>A server that tells what arrives and answers as it is told.</summary>
    private sealed class Server : IStreamHandler<TelemetryMessage, TelemetryServerMessage>
    {
        private readonly Channel<TelemetryBatch> arrived = Channel.CreateUnbounded<TelemetryBatch>();
        private TaskCompletionSource ended = new();

        /// <summary>Null for no answer.</summary>
        public Func<TelemetryBatch, TelemetryOutcome?> Answer { get; set; } = _ => TelemetryOutcome.Accepted;

        public int Streams { get; private set; }

        public void EndStreams()
        {
            TaskCompletionSource now = ended;
            ended = new TaskCompletionSource();
            Answer = _ => TelemetryOutcome.Accepted;
            now.SetResult();
        }

        public async Task<TelemetryBatch[]> ReceiveAsync(int count)
        {
            var batches = new TelemetryBatch[count];
            for (int i = 0; i < count; i++) batches[i] = await arrived.Reader.ReadAsync(Cancellation);
            return batches;
        }

        public async Task RunAsync(
            IMessageStream<TelemetryServerMessage, TelemetryMessage> stream, Peer peer, CancellationToken cancellation)
        {
            Streams++;
            Assert.Equal(
                ("test", TelemetryForwarder.ProtocolVersion),
                (await stream.ReceiveAsync(cancellation) is { Hello: { } hello }
                    ? (hello.Source, hello.ProtocolVersion) : default));
            Task end = ended.Task;
            while (true)
            {
                Task<TelemetryMessage?> next = stream.ReceiveAsync(cancellation).AsTask();
                if (await Task.WhenAny(next, end) == end || await next is not { } message) return;
                arrived.Writer.TryWrite(message.Batch);
                if (Answer(message.Batch) is not { } outcome) continue;
                var answer = new TelemetryAnswer { Id = message.Batch.Id, Outcome = outcome };
                await stream.SendAsync(new TelemetryServerMessage { Answer = answer }, cancellation);
                if (outcome == TelemetryOutcome.Unavailable) return;
            }
        }
    }
}
