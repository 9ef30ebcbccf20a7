using Flyball.Base.Work;
using Flyball.Discovery.Indexing;
using Flyball.Discovery.Registrations;
using Microsoft.Extensions.Logging;

namespace Flyball.Discovery.Checking;

/// <summary>
/// Ends sessions that were not renewed in time or whose checks fail, and releases keys that name a session which is
/// gone. When a session was renewed is known here only: after a start each has its whole TTL and the grace.
/// </summary>
internal sealed partial class SessionKeeper(
    CatalogueIndex index, SessionStore store, CheckBook book, DiscoveryOptions options, TimeProvider time,
    ILogger<SessionKeeper> logger)
{
    /// <summary>Between two looks at everything, however often something changes.</summary>
    private static readonly TimeSpan LookInterval = TimeSpan.FromMilliseconds(100);

    /// <summary>After the store took no end of a session for the first time; each time twice as long.</summary>
    private static readonly TimeSpan RetryMin = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan RetryMax = TimeSpan.FromSeconds(30);

    private static readonly Caller Self = new("discovery", "");

    private readonly Lock gate = new();
    private readonly Dictionary<string, long> deadlines = new(StringComparer.Ordinal);

    /// <summary>Ends that the store did not take, by session: when to try again. The loop's own.</summary>
    private readonly Dictionary<string, (long AtUnixMs, TimeSpan Delay)> owed = new(StringComparer.Ordinal);

    private bool isStarted;

    /// <summary>Begins the session's TTL anew; null when there is no such session.</summary>
    public LockSession? Renew(string id)
    {
        if (index.Sessions.Find(id) is not { } found) return null;
        if (found.Session.Ttl is { } ttl)
            lock (gate) deadlines[id] = Now + (long)ttl.TotalMilliseconds;
        return found.Session;
    }

    /// <summary>A check of the session that is critical or missing, or its node where that is missing.</summary>
    public string? FindUnhealthy(LockSession session)
    {
        if (session.NodeChecks.Count == 0 && session.ServiceChecks.Count == 0) return null;
        if (index.Nodes.Find(session.Node) is not { } node) return session.Node;
        return session.NodeChecks.Concat(session.ServiceChecks).FirstOrDefault(check => !IsHealthy(node, check));
    }

    public async Task RunAsync(CancellationToken cancellation)
    {
        while (true)
        {
            Task sessions = index.Sessions.Changed.Next;
            Task any = index.AnyChanged.Next;
            long? next = await LookAsync(cancellation);
            isStarted = true;
            await Pause.ForAsync(LookInterval, time, cancellation);
            using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
            Task timer = next is { } at
                ? Pause.ForAsync(TimeSpan.FromMilliseconds(Math.Max(1, at - Now)), time, over.Token)
                : Task.Delay(Timeout.InfiniteTimeSpan, time, over.Token);
            await Task.WhenAny(sessions.WaitAsync(over.Token), any.WaitAsync(over.Token), timer);
            over.Cancel();
            cancellation.ThrowIfCancellationRequested();
        }
    }

    private long Now => time.GetUtcNow().ToUnixTimeMilliseconds();

    /// <summary>Ends what has to end; when the next TTL is over.</summary>
    private async ValueTask<long?> LookAsync(CancellationToken cancellation)
    {
        long? next = null;
        IReadOnlyList<(LockSession Session, long Revision)> all = index.Sessions.List();
        foreach ((LockSession session, _) in all)
        {
            long? deadline = DeadlineOf(session);
            if (deadline <= Now || FindUnhealthy(session) is not null)
            {
                deadline = await RetryAsync(
                    session.Id, () => store.EndAsync(session.Id, isForced: true, Self, cancellation));
            }

            if (deadline < (next ?? long.MaxValue)) next = deadline;
        }

        IReadOnlyList<string> holders = index.Kv.Holders();
        Forget(all, holders);
        foreach (string holder in holders)
        {
            if (index.Sessions.Find(holder) is not null) continue;
            long? again = await RetryAsync(holder, () => store.ReleaseOrphansAsync(holder, cancellation));
            if (again < (next ?? long.MaxValue)) next = again;
        }

        return next;
    }

    /// <summary>Ends a session, or what it left, unless that is to wait; when it is to be tried again.</summary>
    private async ValueTask<long?> RetryAsync(string session, Func<ValueTask<EditResult>> end)
    {
        if (owed.TryGetValue(session, out (long AtUnixMs, TimeSpan Delay) known) && known.AtUnixMs > Now)
            return known.AtUnixMs;
        EditResult result = await end();
        if (result.IsDone)
        {
            owed.Remove(session);
            return null;
        }

        TimeSpan delay = known.Delay == TimeSpan.Zero ? RetryMin : known.Delay * 2;
        if (delay > RetryMax) delay = RetryMax;
        long at = Now + (long)delay.TotalMilliseconds;
        owed[session] = (at, delay);
        Log.NotEnded(logger, session, delay, result.Reason);
        return at;
    }

    private long? DeadlineOf(LockSession session)
    {
        if (session.Ttl is not { } ttl) return null;
        lock (gate)
        {
            if (deadlines.TryGetValue(session.Id, out long known)) return known;
            long fresh = Now + (long)(ttl + (isStarted ? TimeSpan.Zero : options.RestartGrace)).TotalMilliseconds;
            deadlines.Add(session.Id, fresh);
            return fresh;
        }
    }

    private void Forget(IReadOnlyList<(LockSession Session, long Revision)> all, IReadOnlyList<string> holders)
    {
        if (owed.Count == 0 && !IsOver(all.Count)) return;
        HashSet<string> alive = [.. all.Select(one => one.Session.Id)];
        foreach (string gone in owed.Keys.Where(id => !alive.Contains(id) && !holders.Contains(id)).ToArray())
            owed.Remove(gone);
        lock (gate)
        {
            foreach (string gone in deadlines.Keys.Where(id => !alive.Contains(id)).ToArray()) deadlines.Remove(gone);
        }
    }

    private bool IsOver(int alive)
    {
        lock (gate) return deadlines.Count > alive;
    }

    private bool IsHealthy(NodeEntry node, string check)
    {
        if (node.View.Checks.FirstOrDefault(one => one.Id == check) is { } ofNode)
            return ofNode.Status != CheckStatus.Critical;
        if (node == index.Nodes.Own && book.Find(check) is { } running)
            lock (running) return running.Judge.Status != CheckStatus.Critical;
        return index.Services().SelectMany(service => service.Instances)
            .Where(instance => instance.Node == node).SelectMany(instance => instance.Checks)
            .FirstOrDefault(one => one.Id == check) is { } found && found.Status != CheckStatus.Critical;
    }

    private static partial class Log
    {
        [LoggerMessage(4023, LogLevel.Warning,
            "Session {Session} was not ended, again in {Delay}: {Reason}")]
        public static partial void NotEnded(ILogger logger, string session, TimeSpan delay, string reason);
    }
}
