using Flyball.Base.Work;
using Flyball.Discovery.Indexing;
using Flyball.Discovery.Registrations;

namespace Flyball.Discovery.Checking;

/// <summary>
/// Ends sessions that were not renewed in time or whose checks fail, and releases keys that name a session which is
/// gone. When a session was renewed is known here only: after a start each has its whole TTL and the grace.
/// </summary>
internal sealed class SessionKeeper(
    CatalogueIndex index, SessionStore store, CheckBook book, DiscoveryOptions options, TimeProvider time)
{
    /// <summary>Between two looks at everything, however often something changes.</summary>
    private static readonly TimeSpan LookInterval = TimeSpan.FromMilliseconds(100);

    private static readonly Caller Self = new("discovery", "");

    private readonly Lock gate = new();
    private readonly Dictionary<string, long> deadlines = new(StringComparer.Ordinal);
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
                await store.EndAsync(session.Id, isForced: true, Self, cancellation);
                deadline = null;
            }

            if (deadline is { } at && (next is null || at < next)) next = at;
        }

        Forget(all);
        foreach (string holder in index.Kv.Holders())
        {
            if (index.Sessions.Find(holder) is null) await store.ReleaseOrphansAsync(holder, cancellation);
        }

        return next;
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

    private void Forget(IReadOnlyList<(LockSession Session, long Revision)> all)
    {
        lock (gate)
        {
            if (deadlines.Count <= all.Count) return;
            HashSet<string> alive = [.. all.Select(one => one.Session.Id)];
            foreach (string gone in deadlines.Keys.Where(id => !alive.Contains(id)).ToArray()) deadlines.Remove(gone);
        }
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
}
