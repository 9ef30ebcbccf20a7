using System.Net;
using System.Net.Sockets;
using System.Threading.Channels;
using Flyball.Gateway.Routing;
using Flyball.Gateway.Telemetry;
using Microsoft.Extensions.Logging;

namespace Flyball.Gateway.Tcp;

/// <summary>
/// Opens a door for each TCP route and closes those of routes that are gone; connections that stand go on. A port that
/// cannot be opened is tried again while its route is there.
/// </summary>
internal sealed partial class TcpDoors : IDisposable
{
    /// <summary>How often ports that could not be opened are tried, and idle connections looked for.</summary>
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(2);

    private readonly RoutingTable table;
    private readonly GatewayOptions options;
    private readonly TimeProvider time;
    private readonly ILogger<TcpDoors> logger;
    private readonly TcpConnections connections;
    private readonly SortedDictionary<int, TcpDoor> open = [];
    private readonly HashSet<int> told = [];
    private readonly Channel<bool> changed = Channel.CreateBounded<bool>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    public TcpDoors(
        RoutingTable table, GatewayOptions options, GatewayMetrics metrics, TimeProvider time,
        ILogger<TcpDoors> logger)
    {
        this.table = table;
        this.options = options;
        this.time = time;
        this.logger = logger;
        connections = new TcpConnections(options, metrics, time, logger);
        table.Tcp.Changed = () => changed.Writer.TryWrite(true);
    }

    public TcpConnections Connections => connections;

    public async Task RunAsync(CancellationToken cancellation)
    {
        while (true)
        {
            Reconcile();
            connections.CloseIdle();
            using var wait = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
            // Without a TCP route nothing is looked for.
            Task interval = open.Count + connections.Count + told.Count > 0
                ? Task.Delay(Interval, time, wait.Token)
                : Task.Delay(Timeout.InfiniteTimeSpan, time, wait.Token);
            await Task.WhenAny(interval, changed.Reader.WaitToReadAsync(wait.Token).AsTask());
            await wait.CancelAsync();
            cancellation.ThrowIfCancellationRequested();
            changed.Reader.TryRead(out _);
        }
    }

    /// <summary>Takes no new connections and gives those that stand until the limit.</summary>
    public async Task StopAsync(CancellationToken limit)
    {
        foreach (TcpDoor door in open.Values) door.Dispose();
        open.Clear();
        await connections.EndAsync(limit);
    }

    public void Dispose()
    {
        foreach (TcpDoor door in open.Values) door.Dispose();
        connections.Dispose();
    }

    private void Reconcile()
    {
        IReadOnlyDictionary<int, RouteEntry> wanted = table.Tcp.ByPort;
        foreach (int gone in open.Keys.Where(port => !wanted.ContainsKey(port)).ToArray())
        {
            open[gone].Dispose();
            open.Remove(gone);
            Log.Closed(logger, gone);
        }

        told.RemoveWhere(port => !wanted.ContainsKey(port));
        foreach ((int port, RouteEntry route) in wanted)
        {
            if (open.TryGetValue(port, out TcpDoor? door)) door.Route = route;
            else Open(port, route);
        }
    }

    private void Open(int port, RouteEntry route)
    {
        if (port < options.Tcp.PortMin)
        {
            if (told.Add(port)) Log.TooLow(logger, route.Name, port, options.Tcp.PortMin);
            return;
        }

        try
        {
            open[port] = TcpDoor.Open(Addresses(), port, route, connections);
            told.Remove(port);
            Log.Opened(logger, port, route.Name);
        }
        catch (SocketException e)
        {
            if (told.Add(port)) Log.NotOpened(logger, port, route.Name, e.Message);
        }
    }

    /// <summary>Where HTTP is served, TCP routes are.</summary>
    private IEnumerable<IPAddress> Addresses() =>
        options.Addresses.Concat(options.H2cAddresses).Select(text => IPEndPoint.Parse(text).Address).Distinct();

    private static partial class Log
    {
        [LoggerMessage(3071, LogLevel.Information, "Port {Port} is open for the route {Route}")]
        public static partial void Opened(ILogger logger, int port, string route);

        [LoggerMessage(3072, LogLevel.Information, "Port {Port} is closed: its route is gone")]
        public static partial void Closed(ILogger logger, int port);

        [LoggerMessage(3073, LogLevel.Error, "Port {Port} cannot be opened for the route {Route}: {Reason}")]
        public static partial void NotOpened(ILogger logger, int port, string route, string reason);

        [LoggerMessage(3074, LogLevel.Error,
            "The route {Route} asks for port {Port}; routes may open ports from {PortMin}")]
        public static partial void TooLow(ILogger logger, string route, int port, int portMin);
    }
}
