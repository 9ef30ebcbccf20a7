using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Flyball.Agent.ServiceLinks;
using Microsoft.Extensions.Logging;

namespace Flyball.Agent.Drivers.Docker;

/// <summary>
/// The telemetry door on each project network's bridge address: a container cannot reach the node's loopback. What
/// arrives is forwarded to the door on loopback.
/// </summary>
internal sealed partial class BridgeDoors(AgentOptions options, TimeProvider time, ILogger<BridgeDoors> log) : IAsyncDisposable
{
    /// <summary>Telemetry connections of one network's containers at a time.</summary>
    private const int ConnectionsMax = 1_024;

    private readonly Lock gate = new();
    private readonly SortedDictionary<string, List<LinkForwarder>> open = new(StringComparer.Ordinal);

    /// <summary>The door as tasks on the node's own network see it; null when there is none.</summary>
    public string? LoopbackEndpoint => options.TelemetryPort == 0 ? null : Endpoint("127.0.0.1");

    /// <summary>Opens the door on a bridge's address, once; its endpoint, or null when it cannot be opened.</summary>
    public string? Open(string? address)
    {
        if (options.TelemetryPort == 0 || address is null || !IPAddress.TryParse(address, out IPAddress? ip))
            return null;
        lock (gate)
        {
            if (open.ContainsKey(address)) return Endpoint(address);
            var forwarders = new List<LinkForwarder>();
            foreach (int port in (ReadOnlySpan<int>)[options.TelemetryPort, options.TelemetryHttpPort])
            {
                if (port != 0 && TryListen(ip, port) is { } listener)
                {
                    ForwardTarget[] target = [new ForwardTarget("127.0.0.1", port)];
                    forwarders.Add(new LinkForwarder(listener, () => target, ConnectionsMax, time, log));
                }
            }

            if (forwarders.Count == 0) return null;
            open.Add(address, forwarders);
            return Endpoint(address);
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

    private string Endpoint(string address) =>
        string.Create(CultureInfo.InvariantCulture, $"http://{address}:{options.TelemetryPort}");

    private static partial class Log
    {
        [LoggerMessage(4140, LogLevel.Warning, "The telemetry door cannot be opened on {Address}:{Port}: {Reason}")]
        public static partial void CannotOpen(ILogger logger, string address, int port, string reason);
    }
}
