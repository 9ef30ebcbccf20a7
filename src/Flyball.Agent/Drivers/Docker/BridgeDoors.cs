using System.Net;
using System.Net.Sockets;
using Flyball.Agent.ServiceLinks;
using Flyball.Agent.Telemetry;
using Microsoft.Extensions.Logging;

namespace Flyball.Agent.Drivers.Docker;

/// <summary>
/// The telemetry door on each project network's bridge address: a container cannot reach the node's loopback. What
/// arrives is forwarded to the door on loopback.
/// </summary>
internal sealed partial class BridgeDoors(AgentOptions options, TimeProvider time, ILogger<BridgeDoors> log)
    : IAsyncDisposable
{
    /// <summary>Telemetry connections of one network's containers at a time.</summary>
    private const int ConnectionsMax = 1_024;

    private readonly Lock gate = new();
    private readonly SortedDictionary<string, List<LinkForwarder>> open = new(StringComparer.Ordinal);

    /// <summary>The door as tasks on the node's own network see it; null when there is none.</summary>
    public string? LoopbackEndpoint => TelemetryAddress.OnTheNode(options.OtlpGrpc);

    /// <summary>Opens the door on a bridge's address, once; its endpoint, or null when it cannot be opened.</summary>
    public string? Open(string? address)
    {
        if (options.OtlpGrpc is not { } grpc || !IPAddress.TryParse(address, out IPAddress? ip)) return null;
        string endpoint = TelemetryAddress.Of(ip, grpc.Port);
        lock (gate)
        {
            if (TelemetryAddress.IsEverywhere(grpc) || open.ContainsKey(address)) return endpoint;
            List<LinkForwarder> forwarders =
                [.. new[] { grpc, options.OtlpHttp }.OfType<IPEndPoint>()
                    .Select(door => Forward(ip, door)).OfType<LinkForwarder>()];
            if (forwarders.Count == 0) return null;
            open.Add(address, forwarders);
            return endpoint;
        }
    }

    public async ValueTask DisposeAsync()
    {
        LinkForwarder[] all;
        lock (gate)
        {
            all = [.. open.Values.SelectMany(f => f)];
            open.Clear();
        }

        foreach (LinkForwarder forwarder in all) await forwarder.DisposeAsync();
    }

    private LinkForwarder? Forward(IPAddress bridge, IPEndPoint door)
    {
        if (TryListen(bridge, door.Port) is not { } listener) return null;
        ForwardTarget[] target = [new ForwardTarget(door.Address.ToString(), door.Port)];
        return new LinkForwarder(listener, () => target, ConnectionsMax, time, log);
    }

    private Socket? TryListen(IPAddress address, int port)
    {
        var listener = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            listener.Bind(new IPEndPoint(address, port));
            listener.Listen(128);
            return listener;
        }
        catch (SocketException e)
        {
            listener.Dispose();
            Log.CannotOpen(log, address.ToString(), port, e.Message);
            return null;
        }
    }

    private static partial class Log
    {
        [LoggerMessage(4140, LogLevel.Warning, "The telemetry door cannot be opened on {Address}:{Port}: {Reason}")]
        public static partial void CannotOpen(ILogger logger, string address, int port, string reason);
    }
}
