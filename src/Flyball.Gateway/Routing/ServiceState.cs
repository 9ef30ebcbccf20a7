using Flyball.Gateway.Resilience;

namespace Flyball.Gateway.Routing;

/// <summary>
/// What all upstreams of one service share: its line of waiting requests, and whether it is asked for. Requests write
/// to it from all threads; the routing table's writer replaces what it knows.
/// </summary>
internal sealed class ServiceState(string service, WaitingLine line, Action waitingBegan)
{
    private volatile ServiceReplicas replicas = ServiceReplicas.Unknown;
    private volatile UpstreamEndpoint[] endpoints = [];
    private bool isUsed;
    private int waiting;

    public string Service => service;

    /// <summary>Its requests that wait for an endpoint, for whichever reason.</summary>
    public WaitingLine Line => line;

    public ServiceReplicas Replicas => replicas;

    /// <summary>Requests that wait because there is no instance.</summary>
    public int Waiting => Volatile.Read(ref waiting);

    /// <summary>
    /// A request is for this service. Nearly always a read of what others only read, so that cores do not contend.
    /// </summary>
    public void Use()
    {
        if (!Volatile.Read(ref isUsed)) Volatile.Write(ref isUsed, true);
    }

    /// <summary>
    /// Whether there was a request since the last question, or is one still. The flag is taken before requests in
    /// flight are counted: one that comes in between has set it for the next question.
    /// </summary>
    public bool TakeUse()
    {
        bool was = Interlocked.Exchange(ref isUsed, false);
        bool isBusy = Waiting > 0 || Array.Exists(endpoints, endpoint => endpoint.InFlight > 0);
        // Whatever is under way ends after this question, so the next one must hear of it, too.
        if (isBusy) Use();
        return was || isBusy;
    }

    /// <summary>A request begins to wait for an instance; the first is told at once.</summary>
    public void BeginWaiting()
    {
        if (Interlocked.Increment(ref waiting) == 1) waitingBegan();
    }

    public void EndWaiting() => Interlocked.Decrement(ref waiting);

    /// <summary>By the routing table's writer.</summary>
    public void Show(UpstreamEndpoint[] all) => endpoints = all;

    /// <summary>By the routing table's writer. Who waits looks again: it may be for nothing now.</summary>
    public void Show(ServiceReplicas next)
    {
        if (replicas == next) return;
        replicas = next;
        Interlocked.MemoryBarrier();
        line.WakeAll();
    }
}
