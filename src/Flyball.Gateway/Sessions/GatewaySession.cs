using System.Threading.Channels;
using Flyball.Base.Ids;
using Flyball.Base.Resources;
using Flyball.Base.Transport;
using Flyball.Base.Work;
using Flyball.Contracts.Gateway.Wire;
using Flyball.Contracts;
using Flyball.Gateway.Balancing;
using Flyball.Gateway.Limits;
using Flyball.Gateway.Routing;
using Microsoft.Extensions.Logging;

namespace Flyball.Gateway.Sessions;

/// <summary>
/// The gateway's end of the control stream: says what has been applied and which draining endpoints are busy, at each
/// heartbeat, and at once while endpoints drain. Reconnects for ever; requests are served meanwhile from what is known.
/// </summary>
internal sealed partial class GatewaySession
{
    public const int ProtocolVersion = 1;

    private static readonly TimeSpan FirstDelay = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongestDelay = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan HeartbeatMin = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan HeartbeatMax = TimeSpan.FromSeconds(30);

    private readonly ITransport transport;
    private readonly RoutingTable table;
    private readonly GatewayIdentity identity;
    private readonly IdSource ids;
    private readonly RandomSequence random;
    private readonly TimeProvider time;
    private readonly ILogger<GatewaySession> logger;
    private readonly LimitShares? limits;

    /// <summary>Holds one signal at most: many changes between two reports are one report.</summary>
    private readonly Channel<bool> changed = Channel.CreateBounded<bool>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    public GatewaySession(
        ITransport transport, RoutingTable table, GatewayIdentity identity, IdSource ids, RandomSequence random,
        TimeProvider time, ILogger<GatewaySession> logger, LimitShares? limits = null)
    {
        this.limits = limits;
        this.transport = transport;
        this.table = table;
        this.identity = identity;
        this.ids = ids;
        this.random = random;
        this.time = time;
        this.logger = logger;
        table.Changed = OnChanged;
        // Somebody must be told at once that requests wait.
        table.WaitingBegan = () => changed.Writer.TryWrite(true);
    }

    public async Task RunAsync(CancellationToken cancellation)
    {
        TimeSpan delay = FirstDelay;
        while (true)
        {
            try
            {
                if (await ConnectAsync(cancellation)) delay = FirstDelay;
            }
            catch (TransportException e)
            {
                Log.Away(logger, e.Message, delay.TotalMilliseconds);
            }

            // Jitter spreads the gateways of a server that has just come back.
            double part = 0.5 + (random.Next() / (double)ulong.MaxValue / 2);
            await Task.Delay(delay * part, time, cancellation);
            delay = delay * 2 > LongestDelay ? LongestDelay : delay * 2;
        }
    }

    /// <summary>One stream from its beginning to its end; true when the server had welcomed it.</summary>
    private async Task<bool> ConnectAsync(CancellationToken cancellation)
    {
        await using IMessageStream<GatewayMessage, GatewayServerMessage> stream =
            await transport.OpenAsync(StreamMethods.GatewayControl, cancellation);
        var hello = new GatewayHello
        {
            ProtocolVersion = ProtocolVersion, GatewayId = identity.Id, SessionId = ids.Next(),
        };
        await stream.SendAsync(new GatewayMessage { Hello = hello }, cancellation);
        GatewayServerMessage? answer = await stream.ReceiveAsync(cancellation);
        if (answer?.Welcome is not { } welcome) return false;
        Log.Connected(logger, identity.Id);
        TimeSpan heartbeat = TimeSpan.FromMilliseconds(welcome.HeartbeatIntervalMs);
        heartbeat = heartbeat < HeartbeatMin ? HeartbeatMin : heartbeat > HeartbeatMax ? HeartbeatMax : heartbeat;

        using var ended = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limits?.Begin(welcome.LimitSeed);
        Task watchEnd = UntilEndAsync(stream, ended.Token);
        try
        {
            await ReportAsync(stream, heartbeat, watchEnd, ended.Token);
            await watchEnd;
        }
        catch (TransportException e)
        {
            Log.Away(logger, e.Message, FirstDelay.TotalMilliseconds);
        }
        finally
        {
            ended.Cancel();
            limits?.End();
        }

        return true;
    }

    private async Task ReportAsync(
        IMessageStream<GatewayMessage, GatewayServerMessage> stream, TimeSpan heartbeat, Task end,
        CancellationToken cancellation)
    {
        while (!end.IsCompleted)
        {
            if (limits?.Uses() is { } uses)
                await stream.SendAsync(new GatewayMessage { Uses = uses }, cancellation);
            (Revision applied, IReadOnlyList<string> busy) = table.Report();
            var report = new GatewayReport { AppliedRevision = applied.Value };
            report.BusyEndpoints.AddRange(busy);
            report.Demand = DemandReports.Of(table.Sleepers);
            await stream.SendAsync(new GatewayMessage { Report = report }, cancellation);

            using var wait = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
            await Task.WhenAny(
                end, Pause.ForAsync(heartbeat, time, wait.Token), HearAsync(wait.Token), UsesAsync(wait.Token));
            wait.Cancel();
            changed.Reader.TryRead(out _);
            cancellation.ThrowIfCancellationRequested();
        }
    }

    /// <summary>Awaited here and not handed on by AsTask: that would come back on the thread pool.</summary>
    private async Task HearAsync(CancellationToken cancellation) =>
        await changed.Reader.WaitToReadAsync(cancellation);

    /// <summary>Returns when there are uses of limits to tell; never where none are shared.</summary>
    private async Task UsesAsync(CancellationToken cancellation)
    {
        if (limits is not null) await limits.WaitAsync(cancellation);
        else await Pause.ForAsync(Timeout.InfiniteTimeSpan, time, cancellation);
    }

    /// <summary>
    /// After its welcome the server says only what other gateways have let pass; receiving tells when the stream ends.
    /// </summary>
    private async Task UntilEndAsync(
        IMessageStream<GatewayMessage, GatewayServerMessage> stream, CancellationToken cancellation)
    {
        while (await stream.ReceiveAsync(cancellation) is { } message)
        {
            if (message.Uses is { } uses) limits?.Heard(uses);
        }
    }

    /// <summary>
    /// Nobody waits for an applied revision while nothing drains and no certificate is ordered: the next heartbeat will
    /// do.
    /// </summary>
    private void OnChanged()
    {
        if (table.HasDraining || table.HasChallenges) changed.Writer.TryWrite(true);
    }

    private static partial class Log
    {
        [LoggerMessage(3061, LogLevel.Information, "Connected to the server as gateway {Gateway}")]
        public static partial void Connected(ILogger logger, string gateway);

        [LoggerMessage(3062, LogLevel.Warning,
            "The server is away ({Reason}); next try in about {DelayMs:0} ms. Requests are served meanwhile")]
        public static partial void Away(ILogger logger, string reason, double delayMs);
    }
}
