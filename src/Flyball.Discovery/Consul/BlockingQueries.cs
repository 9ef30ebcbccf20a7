using System.Collections.Concurrent;
using System.Net;
using Flyball.Base.Resources;
using Flyball.Discovery.Indexing;
using Flyball.Discovery.Parking;

namespace Flyball.Discovery.Consul;

/// <summary>
/// Parks requests until what they ask for has changed. Each waits on what concerns it and on nothing else; how many
/// wait is bounded, in all and for one address. Whoever is told that a request is parked answers nothing: it comes
/// again when it is woken.
/// </summary>
internal sealed class BlockingQueries(
    CatalogueIndex index, IResourceReader store, DiscoveryOptions options, DiscoveryMetrics metrics, TimeProvider time,
    Random random) : IDisposable
{
    /// <summary>Without <c>wait</c>.</summary>
    public static readonly TimeSpan UsualWait = TimeSpan.FromMinutes(5);

    private static readonly TimeSpan WaitMax = TimeSpan.FromMinutes(10);

    /// <summary>Up to this part of the wait is added, so that those who began together do not end together.</summary>
    private const int JitterPart = 16;

    private readonly ConcurrentDictionary<IPAddress, int> perAddress = new();
    private readonly WaitDeadlines deadlines = new(time);
    private Action<ParkedRequest>? ended;
    private volatile bool isStopping;
    private int waiting;

    /// <summary>Every wait ends now with what is known; the server stops.</summary>
    public void End()
    {
        isStopping = true;
        deadlines.ExpireAll();
    }

    public void Dispose() => deadlines.Dispose();

    /// <summary>Whether the request waits for a service, which may not exist.</summary>
    public ValueTask<bool> ParksForServiceAsync(ConsulExchange exchange, string name) =>
        Wanted(exchange) is not { } from ? new ValueTask<bool>(false)
            : ParksAsync(exchange, WaitOf(exchange), () => IsOver(from, index.IndexOf(name)), "", request =>
            {
                request.Entry = index.Watch(name);
                request.Entry.Changed.Add(request);
            });

    public ValueTask<bool> ParksForAsync(ConsulExchange exchange, Func<long> current, ChangeSignal signal) =>
        Wanted(exchange) is not { } from ? new ValueTask<bool>(false)
            : ParksAsync(exchange, WaitOf(exchange), () => IsOver(from, current()), "", signal.Add);

    /// <summary>
    /// Whether it waits for a key, or for all with a prefix, and for a service whose instances are shown among them.
    /// </summary>
    public ValueTask<bool> ParksForKeyAsync(
        ConsulExchange exchange, string key, bool isPrefix, string? service, Func<long> current) =>
        Wanted(exchange) is not { } from ? new ValueTask<bool>(false)
            : ParksForKeyAsync(
                exchange, WaitOf(exchange), key, isPrefix, service, () => IsOver(from, current()), "");

    /// <param name="exchange">The request.</param>
    /// <param name="wait">How long.</param>
    /// <param name="key">The key, or what it begins with.</param>
    /// <param name="isPrefix">It is the latter.</param>
    /// <param name="service">The service that is shown there; null for none.</param>
    /// <param name="isOver">There is nothing to wait for.</param>
    /// <param name="and">Parameters that the request has in addition when it comes again.</param>
    public ValueTask<bool> ParksForKeyAsync(
        ConsulExchange exchange, TimeSpan wait, string key, bool isPrefix, string? service, Func<bool> isOver,
        string and) => ParksAsync(exchange, wait, isOver, and, request =>
    {
        KeyWatches.Watch watch = index.Kv.Watch(key, isPrefix);
        request.Key = watch;
        watch.Signal.Add(request);
        if (service is null) return;
        request.Entry = index.Watch(service);
        request.Second = new ParkedRequest.Also(request);
        request.Entry.Changed.Add(request.Second);
    });

    /// <summary>The index to wait beyond; null when the request does not wait.</summary>
    public static ulong? Wanted(ConsulExchange exchange) =>
        exchange.Query.Number("index") is { } wanted && wanted > 0 ? wanted : null;

    private async ValueTask<bool> ParksAsync(
        ConsulExchange exchange, TimeSpan wait, Func<bool> isOver, string and, Action<ParkedRequest> subscribe)
    {
        if (isStopping || exchange.Resumed is { IsOver: true } || isOver()) return false;
        await exchange.DropBodyAsync();
        DoorSession session = exchange.Session;
        // Before the look at whether the server stops: a door that closes waits for it from here on.
        session.Leaving();
        bool parks = false;
        try
        {
            parks = Parks(exchange, wait, isOver, and, subscribe);
        }
        finally
        {
            if (!parks) session.Stays();
        }

        return parks;
    }

    private bool Parks(
        ConsulExchange exchange, TimeSpan wait, Func<bool> isOver, string and, Action<ParkedRequest> subscribe)
    {
        IPAddress remote = exchange.Session.Remote;
        var request = new ParkedRequest(remote, exchange.Resumed?.Deadline ?? deadlines.After(wait));
        Enter(remote);
        request.OnEnd(ended ??= Ended);
        bool parks = false;
        try
        {
            subscribe(request);
            deadlines.Add(request);
            // Looked at again, now that nothing is missed any more.
            if (isStopping || isOver()) return false;
            exchange.Park(request, and);
            return parks = true;
        }
        finally
        {
            if (!parks) request.End();
        }
    }

    private void Ended(ParkedRequest request)
    {
        ChangeSignal.Remove(request);
        if (request.Second is { } second) ChangeSignal.Remove(second);
        deadlines.Remove(request);
        if (request.Entry is { } entry) index.Unwatch(entry);
        request.Key?.Dispose();
        Leave(request.Remote);
    }

    /// <summary>
    /// An index that this history has not reached yet is another's, from before a restore: answered at once.
    /// </summary>
    private bool IsOver(ulong from, long current) =>
        (ulong)current > from || from > (ulong)Math.Max(1, store.Current.Revision.Value);

    private TimeSpan WaitOf(ConsulExchange exchange)
    {
        TimeSpan wait = UsualWait;
        if (exchange.Query["wait"] is { Length: > 0 } text)
        {
            wait = GoDuration.Parse(text) is { } given && given >= TimeSpan.Zero
                ? given
                : throw new ConsulException(400, $"Invalid wait time: '{text}' is not a duration such as 10s or 5m");
            if (wait == TimeSpan.Zero) wait = UsualWait;
        }

        if (wait > WaitMax) wait = WaitMax;
        TimeSpan jitter = wait / JitterPart * random.NextDouble();
        // Old clients count on the usual wait as the longest.
        return exchange.IsOldHttp ? (wait > UsualWait ? UsualWait : wait) - jitter : wait + jitter;
    }

    private void Enter(IPAddress remote)
    {
        int all = Interlocked.Increment(ref waiting);
        int own = perAddress.AddOrUpdate(remote, 1, static (_, count) => count + 1);
        metrics.Waiting(1);
        string? refusal = all > options.BlockingQueriesMax
            ? $"{nameof(options.BlockingQueriesMax)}: {options.BlockingQueriesMax} requests wait already"
            : own > options.BlockingQueriesPerAddressMax
                ? $"{nameof(options.BlockingQueriesPerAddressMax)}: {options.BlockingQueriesPerAddressMax} requests of "
                    + $"{remote} wait already"
                : null;
        if (refusal is null) return;
        Leave(remote);
        metrics.Refused(refusal);
        throw new ConsulException(429, refusal);
    }

    private void Leave(IPAddress remote)
    {
        Interlocked.Decrement(ref waiting);
        metrics.Waiting(-1);
        if (perAddress.AddOrUpdate(remote, 0, static (_, count) => count - 1) == 0)
            perAddress.TryRemove(new KeyValuePair<IPAddress, int>(remote, 0));
    }
}
