using System.Net;
using Flyball.Gateway.AccessLog;
using Flyball.Gateway.FastPath.Heads;
using Flyball.Gateway.FastPath.Loops;
using Flyball.Gateway.FastPath.Securing;
using Flyball.Gateway.Forwarding;
using Flyball.Gateway.Routing;
using Flyball.Gateway.Telemetry;
using Microsoft.Extensions.Logging;

namespace Flyball.Gateway.FastPath.Relaying;

/// <summary>
/// What all loops share with one another and with the other path; everything in it is safe from any thread.
/// </summary>
internal sealed class LoopParts(
    GatewayOptions options, RoutingTable table, ForwardingRules rules, GatewayMetrics metrics,
    AccessLogWriter accessLog, LoopTls tls, TimeProvider time, ILogger<LoopParts> logger)
{
    /// <summary>Header fields of an answer; more answers 502.</summary>
    public const int AnswerFieldsMax = 256;

    /// <summary>Beside that of the client's connection.</summary>
    private const int TunnelDescriptors = 2;

    // The other half is for connections to back ends and for all else that the process opens.
    private readonly int connectionsMax = (int)Math.Min(options.ConnectionsMax, Posix.DescriptorsMax() / 2);
    private int connections;
    private int tunnels;
    private uint turn;

    public GatewayOptions Options => options;

    public RoutingTable Table => table;

    public ForwardingRules Rules => rules;

    public GatewayMetrics Metrics => metrics;

    public AccessLogWriter AccessLog => accessLog;

    public LoopTls Tls => tls;

    public TimeProvider Time => time;

    public ILogger Logger => logger;

    public RequestRewriter Requests { get; } = new(rules);

    public AnswerRewriter Answers { get; } = new(rules);

    /// <summary>By this in <c>Via</c> a request that comes round again is known.</summary>
    public byte[] Pseudonym { get; } = System.Text.Encoding.ASCII.GetBytes(rules.Pseudonym);

    /// <summary>Bytes of the longest head that is read from a client.</summary>
    public int RequestHeadBytesMax => options.HeaderBytesMax + RequestHead.FirstLineBytesMax;

    public int AnswerHeadBytesMax => options.AnswerHeaderKiBMax * 1024;

    public int ScratchBytes => Math.Max(
        2 * ClientHello.BytesMax,
        Math.Max(
            (2 * RequestHeadBytesMax) + RequestRewriter.AddedBytesMax,
            AnswerHeadBytesMax + AnswerRewriter.AddedBytesMax));

    /// <summary>Connections to one endpoint that one loop may have: its share of the gateway's.</summary>
    public int EndpointConnectionsMax => Math.Max(1, options.EndpointConnectionsMax / options.Loops);

    /// <summary>Client connections of all loops, those handed over included.</summary>
    public int Connections => Volatile.Read(ref connections);

    /// <summary>The loops, while they run; none on a system that has none, or where they are switched off.</summary>
    public IReadOnlyList<EventLoop> Loops { get; set; } = [];

    /// <summary>The loop that the caller is on, or one of them in turn; null when there is none.</summary>
    public EventLoop? NextLoop()
    {
        IReadOnlyList<EventLoop> loops = Loops;
        foreach (EventLoop loop in loops)
        {
            if (loop.IsCurrent) return loop;
        }

        return loops.Count == 0 ? null : loops[(int)(Interlocked.Increment(ref turn) % (uint)loops.Count)];
    }

    public bool TryAddConnection()
    {
        int held = Interlocked.Increment(ref connections) + (TunnelDescriptors * Volatile.Read(ref tunnels));
        if (held <= connectionsMax) return true;
        Interlocked.Decrement(ref connections);
        return false;
    }

    public void RemoveConnection() => Interlocked.Decrement(ref connections);

    /// <summary>A connection has got a tunnel, and counts as three.</summary>
    public void AddTunnel() => Interlocked.Increment(ref tunnels);

    public void RemoveTunnel() => Interlocked.Decrement(ref tunnels);

    /// <summary>A socket address in the system's form as an address and a port.</summary>
    public static IPEndPoint EndPointOf(ReadOnlySpan<byte> address)
    {
        int port = (address[2] << 8) | address[3];
        const int Ipv4 = 2;
        return BitConverter.ToUInt16(address) == Ipv4
            ? new IPEndPoint(new IPAddress(address.Slice(4, 4)), port)
            : new IPEndPoint(new IPAddress(address.Slice(8, 16)), port);
    }
}
