using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Flyball.Gateway.Security.Keys;

namespace Flyball.Gateway.Telemetry;

/// <summary>
/// Who uses which route how much. Consumers are known by name; subjects of tokens are not ours to list, so they share
/// the name <c>(token)</c>. Pairs beyond the bound share <c>(other)</c>, so that nobody can make series without
/// end. Any thread.
/// </summary>
internal sealed class ConsumerUse : IDisposable
{
    /// <summary>No consumer's name: those have no brackets.</summary>
    public const string Token = "(token)";

    private const string Other = "(other)";

    private readonly Meter meter = new("Flyball.Gateway");
    private readonly Counter<long> requests;
    private readonly Counter<long> received;
    private readonly Counter<long> sent;
    private readonly Counter<long> refused;
    private readonly ConcurrentDictionary<(string Consumer, RouteLabels Route), PairUse> pairs = new();
    private readonly PairUse other = new(Other, new RouteLabels("other", "other"));
    private readonly int pairsMax;
    private readonly TimeProvider time;
    private int count;

    public ConsumerUse(int pairsMax, TimeProvider time)
    {
        (this.pairsMax, this.time) = (pairsMax, time);
        requests = meter.CreateCounter<long>(
            "flyball.gateway.consumer_requests", "{request}", "Requests of consumers that ended, by class of status.");
        received = meter.CreateCounter<long>(
            "flyball.gateway.consumer_received", "By", "Bytes of bodies that came from consumers.");
        sent = meter.CreateCounter<long>(
            "flyball.gateway.consumer_sent", "By", "Bytes of forwarded bodies that went to consumers.");
        refused = meter.CreateCounter<long>(
            "flyball.gateway.consumer_labels_refused", "{request}", "Requests that were counted under other.");
        meter.CreateObservableGauge(
            "flyball.gateway.consumer_last_request_time", Seen, "s",
            "When a consumer's last request ended, since 1970.");
    }

    public void Count(ConsumerIdentity who, RouteLabels route, int status, long bytesReceived, long bytesSent)
    {
        PairUse pair = Find(who.IsConsumer ? who.Name : Token, route);
        pair.SeenUnixSeconds = time.GetUtcNow().ToUnixTimeSeconds();
        requests.Add(1, pair.For(status));
        if (bytesReceived > 0) received.Add(bytesReceived, pair.Labels);
        if (bytesSent > 0) sent.Add(bytesSent, pair.Labels);
    }

    public void Dispose() => meter.Dispose();

    private PairUse Find(string consumer, RouteLabels route)
    {
        if (pairs.TryGetValue((consumer, route), out PairUse? known)) return known;
        if (Interlocked.Increment(ref count) > pairsMax)
        {
            Interlocked.Decrement(ref count);
            refused.Add(1);
            return other;
        }

        var fresh = new PairUse(consumer, route);
        if (pairs.TryAdd((consumer, route), fresh)) return fresh;
        Interlocked.Decrement(ref count);
        return pairs[(consumer, route)];
    }

    private IEnumerable<Measurement<long>> Seen()
    {
        foreach (PairUse pair in pairs.Values)
            yield return new Measurement<long>(pair.SeenUnixSeconds, pair.Labels);
        if (other.SeenUnixSeconds > 0) yield return new Measurement<long>(other.SeenUnixSeconds, other.Labels);
    }

    /// <summary>A consumer on a route: its labels, made once, and when it was last seen.</summary>
    private sealed class PairUse(string consumer, RouteLabels route)
    {
        private readonly KeyValuePair<string, object?>[][] byClass =
            [.. RouteLabels.Classes.Select(status => Tags(consumer, route, status))];

        private long seenUnixSeconds;

        public KeyValuePair<string, object?>[] Labels { get; } = Tags(consumer, route, null);

        public long SeenUnixSeconds
        {
            get => Volatile.Read(ref seenUnixSeconds);
            set => Volatile.Write(ref seenUnixSeconds, value);
        }

        public KeyValuePair<string, object?>[] For(int status) => byClass[RouteLabels.ClassOf(status)];

        private static KeyValuePair<string, object?>[] Tags(string consumer, RouteLabels route, string? status)
        {
            KeyValuePair<string, object?>[] tags =
                [new("consumer", consumer), new("route", route.Route), new("upstream", route.Upstream)];
            return status is null ? tags : [.. tags, new("status", status)];
        }
    }
}
