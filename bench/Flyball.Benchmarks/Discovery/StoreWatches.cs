using System.Diagnostics;
using Flyball.Base.Transport;
using Flyball.Contracts;
using Flyball.Contracts.Store.Wire;
using Flyball.Contracts.Transport;
using Flyball.Gateway;
using HdrHistogram;

namespace Flyball.Benchmarks.Discovery;

/// <summary>
/// Watches of the store over gRPC, each on a connection of its own, as the platform's other processes hold them. Most
/// want what the changes do not concern; the gateways among them want every kind that a gateway does, the endpoints
/// included.
/// </summary>
internal sealed class StoreWatches(ServerProcess server) : IAsyncDisposable
{
    private const long MicrosecondsMax = 60_000_000;

    /// <summary>A gateway's kinds without the endpoints.</summary>
    private static readonly string[] QuietKinds =
        [.. GatewayDoors.WatchedKinds.Where(kind => kind != Kinds.Endpoint.Name)];

    private readonly CancellationTokenSource ending = new();
    private readonly Lock gate = new();
    private readonly List<Task> running = [];
    private long[] changed = [];
    private int open;
    private long batches;
    private long changes;
    private long notConcerned;

    public LongHistogram Latency { get; private set; } = new(MicrosecondsMax, 3);

    /// <summary>Messages with changes that gateways got, and the endpoints in them.</summary>
    public (long Batches, long Changes) Told => (Volatile.Read(ref batches), Volatile.Read(ref changes));

    /// <summary>Changes told to a watch that does not want them.</summary>
    public long NotConcerned => Volatile.Read(ref notConcerned);

    /// <summary>Returns when each has its snapshot and waits.</summary>
    public async Task OpenAsync(int quiet, int gateways, int services)
    {
        changed = new long[services];
        string token = await File.ReadAllTextAsync(server.JoinTokenFile);
        for (int i = 0; i < quiet + gateways; i++)
        {
            running.Add(WatchAsync(token.Trim(), i < quiet ? QuietKinds : GatewayDoors.WatchedKinds, i >= quiet));
            // As fast as they are let in; a gateway's snapshot is as large as the catalogue.
            while (i - Volatile.Read(ref open) > (i < quiet ? 64 : 1)) await Task.Delay(5);
        }

        while (Volatile.Read(ref open) < quiet + gateways) await Task.Delay(20);
    }

    public void Changing(int service) => Volatile.Write(ref changed[service], Stopwatch.GetTimestamp());

    public void Reset()
    {
        lock (gate) Latency = new LongHistogram(MicrosecondsMax, 3);
        batches = changes = notConcerned = 0;
    }

    public async ValueTask DisposeAsync()
    {
        ending.Cancel();
        await Task.WhenAll(running);
    }

    private async Task WatchAsync(string token, IReadOnlyList<string> kinds, bool isGateway)
    {
        try
        {
            using var transport = new GrpcTransport(server.Control, token);
            await using IMessageStream<WatchRequest, WatchResponse> stream =
                await transport.OpenAsync(StreamMethods.StoreWatch, ending.Token);
            var request = new WatchRequest { ProtocolVersion = 1 };
            request.Kinds.Add(kinds);
            await stream.SendAsync(request, ending.Token);
            bool isOpen = false;
            while (await stream.ReceiveAsync(ending.Token) is { } message)
            {
                if (isOpen && message.Changes.Count > 0) Take(message, isGateway);
                if (!message.SnapshotEnd) continue;
                isOpen = true;
                Interlocked.Increment(ref open);
            }
        }
        catch (Exception e) when (e is OperationCanceledException or TransportException)
        {
            if (!ending.IsCancellationRequested) throw;
        }
    }

    private void Take(WatchResponse message, bool isGateway)
    {
        if (!isGateway)
        {
            Interlocked.Add(ref notConcerned, message.Changes.Count);
            return;
        }

        Interlocked.Increment(ref batches);
        Interlocked.Add(ref changes, message.Changes.Count);
        foreach (WatchedChange change in message.Changes)
        {
            // Named reg:NODE/service-NUMBER-ENDPOINT.
            string[] parts = change.Name.Split('-');
            long began = Volatile.Read(ref changed[int.Parse(parts[^2])]);
            if (began == 0) continue;
            long microseconds = (long)Stopwatch.GetElapsedTime(began).TotalMicroseconds;
            lock (gate) Latency.RecordValue(Math.Clamp(microseconds, 1, MicrosecondsMax - 1));
        }
    }
}
