using Flyball.Discovery.Sidecar.Configuring;
using Flyball.Discovery.Sidecar.Using;

namespace Flyball.Discovery.Sidecar.Relaying;

/// <summary>A local port with its back ends, its connections and what they amount to.</summary>
internal sealed class UsePort
{
    private readonly RelayLoop[] loops;

    /// <summary>Of each loop, the connections for which no back end is known; only its own thread looks.</summary>
    private readonly HashSet<Relay>[] waiting;
    private readonly long[] outcomes = new long[Enum.GetValues<RelayOutcome>().Length];
    private volatile UseSpec spec;
    private int connections;
    private long bytesUp;
    private long bytesDown;
    private long triesFailed;
    private long retriesRefused;

    public UsePort(UseSpec spec, RelayLoop[] loops, BackEndSet backEnds)
    {
        this.spec = spec;
        this.loops = loops;
        BackEnds = backEnds;
        waiting = [.. loops.Select(_ => new HashSet<Relay>())];
    }

    /// <summary>As it was last read; connections that come from now on go by it.</summary>
    public UseSpec Spec
    {
        get => spec;
        set => spec = value;
    }

    public BackEndSet BackEnds { get; }

    public RetryAllowance Retries { get; } = new();

    public int Connections => Volatile.Read(ref connections);

    public long BytesUp => Volatile.Read(ref bytesUp);

    public long BytesDown => Volatile.Read(ref bytesDown);

    public long TriesFailed => Volatile.Read(ref triesFailed);

    public long RetriesRefused => Volatile.Read(ref retriesRefused);

    public long Ended(RelayOutcome outcome) => Volatile.Read(ref outcomes[(int)outcome]);

    /// <summary>False at the bound, which is counted.</summary>
    public bool TryEnter()
    {
        if (Interlocked.Increment(ref connections) <= spec.ConnectionsMax)
        {
            Retries.Earn();
            return true;
        }

        Leave(RelayOutcome.ConnectionsMax);
        return false;
    }

    public void Leave(RelayOutcome outcome)
    {
        Interlocked.Decrement(ref connections);
        Interlocked.Increment(ref outcomes[(int)outcome]);
    }

    public void Carried(long up, long down)
    {
        if (up > 0) Interlocked.Add(ref bytesUp, up);
        if (down > 0) Interlocked.Add(ref bytesDown, down);
    }

    public void TryFailed() => Interlocked.Increment(ref triesFailed);

    public void RetryRefused() => Interlocked.Increment(ref retriesRefused);

    public void Wait(RelayLoop loop, Relay relay) => waiting[loop.Index].Add(relay);

    public void WaitNoMore(RelayLoop loop, Relay relay) => waiting[loop.Index].Remove(relay);

    /// <summary>Takes over what the catalogue says; connections that wait for a back end try again.</summary>
    public void Apply(IReadOnlyList<BackEndPlace> places)
    {
        BackEnds.Apply(places);
        if (places.Count == 0) return;
        foreach (RelayLoop loop in loops) loop.Post(() => RetryWaiting(loop));
    }

    private void RetryWaiting(RelayLoop loop)
    {
        HashSet<Relay> all = waiting[loop.Index];
        if (all.Count == 0) return;
        foreach (Relay relay in all.ToArray()) relay.TryAgain();
    }
}
