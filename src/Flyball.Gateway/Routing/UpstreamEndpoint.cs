using System.Net;
using Flyball.Contracts.Agent;
using Flyball.Contracts.Discovery;
using Flyball.Gateway.Balancing;
using Flyball.Gateway.Health;
using Flyball.Gateway.Resilience;

namespace Flyball.Gateway.Routing;

/// <summary>
/// One address of an upstream with what the gateway knows about it by itself: requests in flight, latency, failures.
/// The object lives as long as the address does, whatever else of the catalogue's endpoint changes.
/// </summary>
internal sealed class UpstreamEndpoint
{
    private readonly Action drained;
    private int inFlight;
    private volatile bool closed;
    private volatile bool draining;
    private readonly TimeProvider time;
    private volatile int weight;
    private long readySince;

    /// <param name="name">The resource's name.</param>
    /// <param name="endpoint">The catalogue's record.</param>
    /// <param name="drained">Called when the last request on a draining endpoint ends; on that request's
    /// thread.</param>
    /// <param name="time">For slow start and latency.</param>
    public UpstreamEndpoint(string name, Endpoint endpoint, Action drained, TimeProvider time)
    {
        this.drained = drained;
        this.time = time;
        Name = name;
        Address = endpoint.Address;
        PortNumber = endpoint.PortNumber;
        Authority = endpoint.Address.Contains(':', StringComparison.Ordinal)
            ? $"[{endpoint.Address}]:{endpoint.PortNumber}"
            : $"{endpoint.Address}:{endpoint.PortNumber}";
        UriPrefix = "http://" + Authority;
        Numeric = IPAddress.TryParse(endpoint.Address, out IPAddress? address)
            ? new IPEndPoint(address, endpoint.PortNumber)
            : null;
        Endpoint = endpoint;
        draining = endpoint.Draining;
        weight = Math.Max(1, endpoint.Weight);
        readySince = time.GetTimestamp();
        Latency = new LatencyAverage(time);
        Seat = Seats.Of(name);
    }

    /// <summary>The resource's name.</summary>
    public string Name { get; }

    public string Address { get; }

    public int PortNumber { get; }

    /// <summary><c>address:port</c>, an IPv6 address in brackets.</summary>
    public string Authority { get; }

    public string UriPrefix { get; }

    /// <summary>The address where it is no name that has to be resolved first.</summary>
    public IPEndPoint? Numeric { get; }

    /// <summary>The catalogue's record as last applied; written by the routing table only.</summary>
    public Endpoint Endpoint { get; private set; }

    /// <summary>What passive health knows; guarded by the upstream's outlier lock.</summary>
    public EndpointHealth Health { get; } = new();

    public int InFlight => Volatile.Read(ref inFlight);

    public bool IsDraining => draining;

    /// <summary>The average time to the answer's headers, where choices depend on it.</summary>
    public LatencyAverage Latency { get; }

    /// <summary>What cookies call it.</summary>
    public ulong Seat { get; }

    /// <summary>The catalogue's weight, from 1.</summary>
    public int Weight => weight;

    /// <summary>When it last became ready, in the time provider's timestamps.</summary>
    public long ReadySince => Volatile.Read(ref readySince);

    /// <summary>It is no longer in the catalogue.</summary>
    public bool IsClosed => closed;

    /// <summary>It neither drains nor is gone.</summary>
    public bool IsOpen => !draining && !closed;

    /// <summary>The catalogue says that it serves and shall get requests.</summary>
    public bool IsReady => IsOpen && Endpoint.Health == HealthState.Passing;

    /// <summary>The catalogue says that it fails its health check, and it is not on its way out.</summary>
    public bool IsFailing => IsOpen && Endpoint.Health == HealthState.Critical;

    /// <summary>
    /// Counts a request in, unless the endpoint drains or is gone. The count goes up before the flags are read, and the
    /// table sets the flags before it reads the count (both with full fences): a request is either refused here or seen
    /// by whoever waits for the drain, never neither.
    /// </summary>
    /// <param name="most">Requests at it at the same time.</param>
    public bool TryEnter(int most = int.MaxValue)
    {
        // Without a bound nothing has to be compared.
        if (most == int.MaxValue) Interlocked.Increment(ref inFlight);
        else if (!BoundedCount.TryAdd(ref inFlight, most)) return false;
        if (IsOpen) return true;
        Leave();
        return false;
    }

    public void Leave()
    {
        if (Interlocked.Decrement(ref inFlight) == 0 && draining) drained();
    }

    public bool HasAddressOf(Endpoint endpoint) =>
        Address == endpoint.Address && PortNumber == endpoint.PortNumber;

    /// <summary>Takes over a newer record of the same address.</summary>
    public void Update(Endpoint endpoint)
    {
        bool wasReady = IsReady;
        bool recovered = endpoint.Health == HealthState.Passing && Endpoint.Health != HealthState.Passing;
        Endpoint = endpoint;
        draining = endpoint.Draining;
        weight = Math.Max(1, endpoint.Weight);
        if (!wasReady && IsReady) Volatile.Write(ref readySince, time.GetTimestamp());
        Interlocked.MemoryBarrier();
        // The health check has seen it work since: what the gateway held against it is out of date.
        if (recovered) Health.Reset();
    }

    /// <summary>It is no longer in the catalogue: no new requests; those in flight go on.</summary>
    public void Close() => closed = true;
}
