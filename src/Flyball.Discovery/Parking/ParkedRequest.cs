using System.Net;
using Flyball.Discovery.Indexing;

namespace Flyball.Discovery.Parking;

/// <summary>
/// A request that waits with nothing of the HTTP server kept but its bytes. It is handled anew when it is woken, and
/// either answered or parked again until the same deadline.
/// </summary>
internal sealed class ParkedRequest(IPAddress remote, long deadline) : SignalWait
{
    private const int Leaving = 0;
    private const int Resting = 1;
    private const int Woken = 2;

    private int phase = Leaving;
    private Action<ParkedRequest>? ended;

    public IPAddress Remote => remote;

    /// <summary>As a timestamp of the clock.</summary>
    public long Deadline => deadline;

    /// <summary>It is to be answered with what there is: its time is up, or the server stops.</summary>
    public bool IsOver { get; private set; }

    /// <summary>The connection that it came by; set when it is left to it.</summary>
    public DoorClient? Client { get; set; }

    /// <summary>What to read again.</summary>
    public byte[] Bytes { get; set; } = [];

    /// <summary>The service that it keeps in the index; null for none.</summary>
    public ServiceEntry? Entry { get; set; }

    /// <summary>The key that it watches; null for none.</summary>
    public IDisposable? Key { get; set; }

    /// <summary>Its wait for a second signal; null for none.</summary>
    public SignalWait? Second { get; set; }

    public bool IsResting => Volatile.Read(ref phase) == Resting;

    // Its place among the deadlines; theirs to change.
    internal ParkedRequest? Earlier { get; set; }

    internal ParkedRequest? Later { get; set; }

    internal int Slot { get; set; } = -1;

    /// <summary>Called once, when the wait is over for whatever reason.</summary>
    public void OnEnd(Action<ParkedRequest> end) => ended = end;

    /// <summary>Gives back what it holds.</summary>
    public void End() => Interlocked.Exchange(ref ended, null)?.Invoke(this);

    /// <summary>The server is through with the request; false when it was woken before that.</summary>
    public bool TryRest() => Interlocked.CompareExchange(ref phase, Resting, Leaving) == Leaving;

    /// <summary>Takes it out of its rest without waking it; false when somebody else did.</summary>
    public bool TryTake() => Interlocked.CompareExchange(ref phase, Woken, Resting) == Resting;

    public override void Wake()
    {
        // One that has not come to rest yet is resumed by whoever leaves it.
        if (Interlocked.Exchange(ref phase, Woken) == Resting) Client!.Resume();
    }

    public void Expire()
    {
        IsOver = true;
        Wake();
    }

    /// <summary>A wait for another signal that wakes the same request.</summary>
    public sealed class Also(ParkedRequest request) : SignalWait
    {
        public override void Wake() => request.Wake();
    }
}
