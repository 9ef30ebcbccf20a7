using Flyball.Agent.Sessions.Telemetry;
using Flyball.Base.Transport;
using Flyball.Contracts;
using Flyball.Contracts.Metrics;
using Flyball.Contracts.Telemetry;
using Flyball.Contracts.Telemetry.Wire;
using Google.Protobuf;
using Microsoft.Extensions.Logging.Abstractions;

namespace Flyball.Agent.Tests.Sessions;

/// <summary>The server's end: what is stored, what is answered, and what comes again.</summary>
public sealed class TelemetryReceiverTests
{
    private readonly Store store = new();
    private readonly TelemetryReceiver receiver;

    public TelemetryReceiverTests() =>
        receiver = new TelemetryReceiver(store, store, NullLogger<TelemetryReceiver>.Instance);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Batch_Samples_AreStoredAndAnsweredByTheirId()
    {
        await using Client client = await ConnectAsync();

        Assert.Equal((1ul, TelemetryOutcome.Accepted, ""), await client.SendAsync(Samples(run: 1, id: 1, value: 7)));

        Assert.Equal(["up 7"], store.Taken);
    }

    [Fact]
    public async Task Batch_Otlp_KeepsItsFormAndItsStamps()
    {
        await using Client client = await ConnectAsync();
        var batch = new TelemetryBatch
        {
            Id = 1, Run = 1, Kind = TelemetryKind.OtlpMetrics, IsJson = true, Payload = ByteString.CopyFromUtf8("{}"),
            Resource = { new TelemetryLabel { Name = "workload", Value = "shop.web" } },
        };

        await client.SendAsync(batch);

        Assert.Equal(["otlp json {} workload=shop.web"], store.Taken);
    }

    [Fact]
    public async Task Batch_SentAgainOnAnotherStream_IsAnsweredAndStoredOnce()
    {
        await using (Client first = await ConnectAsync())
        {
            await first.SendAsync(Samples(run: 1, id: 1, value: 1));
            await first.SendAsync(Samples(run: 1, id: 2, value: 2));
        }

        await using Client second = await ConnectAsync();
        Assert.Equal((1ul, TelemetryOutcome.Accepted, ""), await second.SendAsync(Samples(run: 1, id: 1, value: 1)));
        Assert.Equal((2ul, TelemetryOutcome.Accepted, ""), await second.SendAsync(Samples(run: 1, id: 2, value: 2)));
        await second.SendAsync(Samples(run: 1, id: 3, value: 3));

        // Another process may use the same ids: a power loss took what it had not synced.
        await second.SendAsync(Samples(run: 2, id: 1, value: 4));

        Assert.Equal(["up 1", "up 2", "up 3", "up 4"], store.Taken);
    }

    [Theory]
    [InlineData(SinkOutcome.Unavailable)]
    [InlineData(SinkOutcome.Busy)]
    public async Task Batch_ThatCannotBeStoredNow_EndsTheStreamAndIsStoredWhenItComesAgain(SinkOutcome outcome)
    {
        store.Outcome = outcome;
        await using (Client first = await ConnectAsync())
        {
            (_, TelemetryOutcome answered, _) = await first.SendAsync(Samples(run: 1, id: 1, value: 1));
            Assert.Equal(TelemetryOutcome.Unavailable, answered);
            Assert.Null(await first.ReceiveAsync());
        }

        store.Outcome = SinkOutcome.Stored;
        await using Client second = await ConnectAsync();
        await second.SendAsync(Samples(run: 1, id: 1, value: 1));

        Assert.Equal(["up 1", "up 1"], store.Taken);
    }

    [Fact]
    public async Task Batch_NobodyCanRead_IsRefusedAndTheStreamGoesOn()
    {
        await using Client client = await ConnectAsync();
        var broken = new TelemetryBatch { Id = 1, Run = 1, Payload = ByteString.CopyFromUtf8("?") };
        var unknown = new TelemetryBatch { Id = 2, Run = 1, Kind = (TelemetryKind)99 };
        store.Refused = [new SinkRefusal("TooOld", 3)];

        Assert.Equal(TelemetryOutcome.Refused, (await client.SendAsync(broken)).Outcome);
        Assert.Equal(TelemetryOutcome.Refused, (await client.SendAsync(unknown)).Outcome);
        Assert.Equal(
            (3ul, TelemetryOutcome.Refused, "TooOld 3"), await client.SendAsync(Samples(run: 1, id: 3, value: 1)));
    }

    [Fact]
    public async Task Hello_MissingOrOfAnOlderProtocol_IsRefusedWithAReason()
    {
        foreach (TelemetryMessage first in new[]
                 {
                     new TelemetryMessage { Batch = new TelemetryBatch() },
                     new TelemetryMessage { Hello = new TelemetryHello { ProtocolVersion = 0 } },
                 })
        {
            await using var client = new Client(receiver);
            await client.Stream.SendAsync(first, Cancellation);

            TransportException refusal = await Assert.ThrowsAsync<TransportException>(client.ReceiveAsync);
            Assert.True(refusal.IsRefused);
        }
    }

    private static TelemetryBatch Samples(ulong run, ulong id, double value)
    {
        var samples = new MetricBatch();
        samples.BeginSeries(new MetricLabel("__name__", "up"));
        samples.Add(1_000, value);
        return new TelemetryBatch
        {
            Id = id, Run = run, Payload = ByteString.CopyFrom(new SampleColumns().Encode(samples).Span),
        };
    }

    private async Task<Client> ConnectAsync()
    {
        var client = new Client(receiver);
        var hello = new TelemetryHello { ProtocolVersion = TelemetryForwarder.ProtocolVersion, Source = "test" };
        await client.Stream.SendAsync(new TelemetryMessage { Hello = hello }, Cancellation);
        Assert.Equal(1, (await client.ReceiveAsync())!.Welcome.ProtocolVersion);
        return client;
    }

    private sealed class Client : IAsyncDisposable
    {
        public Client(TelemetryReceiver receiver)
        {
            var transport = new InProcessTransport();
            transport.Handle(StreamMethods.Telemetry, receiver);
            Stream = transport.OpenAsync(StreamMethods.Telemetry, Cancellation).AsTask().Result;
        }

        public IMessageStream<TelemetryMessage, TelemetryServerMessage> Stream { get; }

        public async Task<TelemetryServerMessage?> ReceiveAsync() => await Stream.ReceiveAsync(Cancellation);

        public async Task<(ulong Id, TelemetryOutcome Outcome, string Reason)> SendAsync(TelemetryBatch batch)
        {
            await Stream.SendAsync(new TelemetryMessage { Batch = batch }, Cancellation);
            TelemetryAnswer answer = (await ReceiveAsync())!.Answer;
            return (answer.Id, answer.Outcome, answer.Reason);
        }

        public ValueTask DisposeAsync() => Stream.DisposeAsync();
    }

    private sealed class Store : ISampleSink, IOtlpSink
    {
        public List<string> Taken { get; } = [];

        public SinkOutcome Outcome { get; set; }

        public SinkRefusal[] Refused { get; set; } = [];

        public ValueTask<SinkAnswer> WriteAsync(MetricBatch batch, CancellationToken cancellation)
        {
            Taken.Add($"{batch.Labels(0)[0].Value} {batch.Samples(0)[0].Value}");
            return new ValueTask<SinkAnswer>(new SinkAnswer(Outcome, Refused.Length > 0 ? 0 : 1, Refused));
        }

        public ValueTask<SinkAnswer> WriteAsync(OtlpMetrics metrics, CancellationToken cancellation)
        {
            Taken.Add($"otlp {(metrics.IsJson ? "json" : "protobuf")} "
                + System.Text.Encoding.UTF8.GetString(metrics.Payload.Span) + " "
                + string.Join(',', metrics.Resource.Select(label => $"{label.Name}={label.Value}")));
            return new ValueTask<SinkAnswer>(new SinkAnswer(Outcome, 1, Refused));
        }
    }
}
