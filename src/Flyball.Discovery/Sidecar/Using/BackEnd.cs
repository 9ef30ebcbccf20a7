using System.Net;

namespace Flyball.Discovery.Sidecar.Using;

/// <summary>
/// One address with what this sidecar knows of it by itself: open connections, failures. The object lives as long as
/// the address is known, whatever else of it changes.
/// </summary>
internal sealed class BackEnd
{
    private readonly byte[] address;
    private int connections;
    private volatile int weight = 1;

    public BackEnd(IPEndPoint endPoint)
    {
        EndPoint = endPoint;
        SocketAddress serialised = endPoint.Serialize();
        address = serialised.Buffer.Span[..serialised.Size].ToArray();
        Family = BitConverter.ToUInt16(address);
    }

    public IPEndPoint EndPoint { get; }

    /// <summary>In the system's form.</summary>
    public ReadOnlySpan<byte> SocketAddress => address;

    public int Family { get; }

    public int Connections => Volatile.Read(ref connections);

    public int Weight
    {
        get => weight;
        set => weight = value;
    }

    public BackEndHealth Health { get; } = new();

    /// <summary>What one more connection would mean to it.</summary>
    public double Load => (Connections + 1.0) / weight;

    public void Enter() => Interlocked.Increment(ref connections);

    public void Leave() => Interlocked.Decrement(ref connections);
}
