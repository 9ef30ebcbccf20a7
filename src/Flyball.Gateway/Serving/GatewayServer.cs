using System.Net;
using Flyball.Gateway.Forwarding;
using Flyball.Gateway.FastPath.HandingOver;
using Flyball.Gateway.FastPath.Relaying;
using Flyball.Gateway.Tls;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Flyball.Gateway.Serving;

/// <summary>The gateway's door: a Kestrel server of its own, with its own addresses and limits.</summary>
internal sealed partial class GatewayServer(
    GatewayOptions options, GatewayApplication application, TlsDoor tls, TimeProvider time, LoopParts parts,
    ILoggerFactory logs)
    : IDisposable
{
    private readonly ILogger logger = logs.CreateLogger<GatewayServer>();
    private readonly WebApplication kestrelServices = KestrelServices.Create(logs);
    private KestrelServer? server;
    private LoopServer? loops;

    /// <summary>The fast path; null without.</summary>
    public LoopServer? Loops => loops;

    /// <summary>Where it listens, as URLs with the ports that were taken; empty before the start.</summary>
    public IReadOnlyList<string> Addresses { get; private set; } = [];

    /// <exception cref="IOException">An address is in use or not this machine's.</exception>
    public async Task StartAsync(CancellationToken cancellation)
    {
        var transport = new SocketTransportFactory(
            Options.Create(new SocketTransportOptions { UnsafePreferInlineScheduling = true }), logs);
        if (options.FastPath && OperatingSystem.IsLinux()) loops = new LoopServer(parts);
        var split =
            new SplitListenerFactory(transport, loops, options, time, logs.CreateLogger<SplitListenerFactory>());
        server = new KestrelServer(Options.Create(Configure(split)), split, logs);
        await server.StartAsync(application, cancellation);
        Addresses = split.Addresses;
        Log.Listening(logger, string.Join(", ", Addresses));
    }

    /// <summary>Takes no new connections and gives requests in flight the time of the options.</summary>
    public async Task StopAsync(CancellationToken cancellation)
    {
        if (server is null) return;
        using var limit = new CancellationTokenSource(options.StopTimeout, time);
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellation);
        Task fast = loops?.StopAsync(linked.Token) ?? Task.CompletedTask;
        await server.StopAsync(linked.Token);
        await fast;
        // The last connection may have ended on a loop, which must not be what waits for the loops to end.
        await Task.Yield();
    }

    public void Dispose()
    {
        server?.Dispose();
        loops?.Dispose();
        ((IDisposable)kestrelServices).Dispose();
    }

    private KestrelServerOptions Configure(SplitListenerFactory split)
    {
        // A bare line feed is no line's end on the loops either; the server has no other way to say so.
        AppContext.SetSwitch("Microsoft.AspNetCore.Server.Kestrel.DisableHttp1LineFeedTerminators", true);
        var kestrel = new KestrelServerOptions
        {
            ApplicationServices = kestrelServices.Services, AddServerHeader = false, AllowSynchronousIO = false,
        };
        KestrelServerLimits limits = kestrel.Limits;
        limits.MaxConcurrentConnections = options.ConnectionsMax;
        limits.MaxConcurrentUpgradedConnections = options.UpgradedConnectionsMax;
        limits.MaxRequestHeadersTotalSize = options.HeaderBytesMax;
        limits.MaxRequestHeaderCount = options.HeaderCountMax;
        limits.MaxRequestBodySize = options.BodyBytesMax;
        limits.MaxRequestBufferSize = HeldBody.UnreadMax;
        limits.KeepAliveTimeout = options.KeepAliveTimeout;
        limits.RequestHeadersTimeout = options.RequestHeadersTimeout;
        foreach (IPEndPoint address in options.Addresses.Select(IPEndPoint.Parse))
        {
            kestrel.Listen(address, listen => listen.Protocols = HttpProtocols.Http1);
            kestrel.Listen(split.TwinOf(address), listen => listen.Protocols = HttpProtocols.Http2);
        }

        foreach (IPEndPoint address in options.H2cAddresses.Select(IPEndPoint.Parse))
            kestrel.Listen(address, listen => listen.Protocols = HttpProtocols.Http2);
        foreach (IPEndPoint address in options.Tls.Addresses.Select(IPEndPoint.Parse))
            ListenSecurely(kestrel, split, new TlsEndPoint(address));

        return kestrel;
    }

    /// <summary>
    /// With the loops in front, where they can: Kestrel then gets what they pass on, as it came or decrypted.
    /// </summary>
    private void ListenSecurely(KestrelServerOptions kestrel, SplitListenerFactory split, TlsEndPoint door)
    {
        kestrel.Listen(door, tls.Configure);
        if (loops is null || !parts.Tls.CanServe()) return;
        kestrel.Listen(split.TwinOf(door), listen => listen.Protocols = HttpProtocols.Http1);
    }

    private static partial class Log
    {
        [LoggerMessage(3051, LogLevel.Information, "The gateway listens on {Addresses}")]
        public static partial void Listening(ILogger logger, string addresses);
    }
}
