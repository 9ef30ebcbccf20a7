using System.Collections.Concurrent;
using System.Threading.Channels;
using Flyball.Base.Resources;
using Flyball.Base.Transport;
using Flyball.Contracts;
using Flyball.Contracts.Autoscaling;
using Flyball.Contracts.Gateway;
using Flyball.Contracts.Gateway.Wire;
using Microsoft.Extensions.Logging;

namespace Flyball.Gateway.Sessions;

/// <summary>
/// The server's end of the gateways' control streams, and the one writer of <see cref="GatewayStatus"/>. Heartbeats
/// stay in memory; only transitions are written.
/// </summary>
internal sealed partial class GatewaySessions(
    IResourceStore store, GatewaySessionOptions options, TimeProvider time, ILogger<GatewaySessions> logger,
    UseExchange? uses = null, IActivation? activation = null)
    : IStreamHandler<GatewayMessage, GatewayServerMessage>
{
    /// <summary>
    /// Tries to write a status against other writers of the same key before the next report has its turn.
    /// </summary>
    private const int WriteTriesMax = 5;

    private readonly ConcurrentDictionary<string, string> sessions = new(StringComparer.Ordinal);

    private readonly UseExchange uses = uses ?? new UseExchange(seed: 0);

    /// <summary>By session.</summary>
    private readonly ConcurrentDictionary<string, long> applied = new(StringComparer.Ordinal);

    public async Task RunAsync(
        IMessageStream<GatewayServerMessage, GatewayMessage> stream, Peer peer, CancellationToken cancellation)
    {
        GatewayMessage? first = await stream.ReceiveAsync(cancellation);
        if (first?.Hello is not { GatewayId.Length: > 0 and <= ResourceKey.PartLengthMax, SessionId.Length: > 0 } hello)
            throw new TransportException("The first message must be a hello with an id.", refused: true);
        if (hello.ProtocolVersion != GatewaySession.ProtocolVersion)
        {
            throw new TransportException(
                $"Protocol version {hello.ProtocolVersion} is not spoken here, only {GatewaySession.ProtocolVersion}.",
                refused: true);
        }

        // The newest session of a gateway is the one that counts: an older one may be a connection not yet known dead.
        sessions[hello.GatewayId] = hello.SessionId;
        // What it was asked for since its last report may have been lost with its last session.
        activation?.Ended(hello.GatewayId);
        Channel<GatewayServerMessage> line = uses.Join(hello.SessionId);
        try
        {
            // Alive from now on, and nothing applied yet: whatever drains waits for the first report.
            await BeginAsync(hello.GatewayId, hello.SessionId, cancellation);
            await stream.SendAsync(Welcome(), cancellation);
            Log.Connected(logger, hello.GatewayId, peer.Address);
            await ServeAsync(stream, hello, line, cancellation);
        }
        finally
        {
            uses.Leave(hello.SessionId, line);
            applied.TryRemove(hello.SessionId, out _);
            if (sessions.TryRemove(new KeyValuePair<string, string>(hello.GatewayId, hello.SessionId)))
            {
                Log.Gone(logger, hello.GatewayId);
                activation?.Ended(hello.GatewayId);
                // Not under the stream's token: that is cancelled by now, and the transition must still be written.
                await MarkGoneAsync(hello.GatewayId, CancellationToken.None);
            }
        }
    }

    /// <summary>Every gateway that is connected here has said that it serves by this revision.</summary>
    public bool HaveAllApplied(Revision revision) => sessions.Values.All(
        session => applied.TryGetValue(session, out long reached) && reached >= revision.Value);

    public bool IsConnected(string gateway) => sessions.ContainsKey(gateway);

    /// <summary>Gateways that the store calls live without a session here are marked as gone.</summary>
    public async Task MarkAbsentAsync(CancellationToken cancellation)
    {
        foreach (Resource<GatewayStatus> status in store.Current.List(Kinds.GatewayStatus).ToArray())
        {
            if (status.Value.Live && !IsConnected(status.Key.Name)) await MarkGoneAsync(status.Key.Name, cancellation);
        }
    }

    /// <summary>Gateways that have been gone for long are listed no more.</summary>
    public async Task ForgetAsync(CancellationToken cancellation)
    {
        long forgottenBefore = (time.GetUtcNow() - options.GoneKept).ToUnixTimeMilliseconds();
        foreach (Resource<GatewayStatus> status in store.Current.List(Kinds.GatewayStatus).ToArray())
        {
            if (status.Value.Live || status.Value.ChangedUnixMs >= forgottenBefore) continue;
            await store.CommitAsync(
                new StoreTransaction().Require(status.Key, status.Revision).Delete(status.Key), cancellation);
        }
    }

    private async Task ServeAsync(
        IMessageStream<GatewayServerMessage, GatewayMessage> stream, GatewayHello hello,
        Channel<GatewayServerMessage> line, CancellationToken cancellation)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        Task sending = UseExchange.SendAsync(line, stream, ending.Token);
        try
        {
            await ReceiveAsync(stream, hello, cancellation);
        }
        finally
        {
            ending.Cancel();
            await sending.ConfigureAwait(
                ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        }
    }

    private async Task ReceiveAsync(
        IMessageStream<GatewayServerMessage, GatewayMessage> stream, GatewayHello hello, CancellationToken cancellation)
    {
        while (true)
        {
            using var silence = new CancellationTokenSource(options.SilenceMax, time);
            using var linked = CancellationTokenSource.CreateLinkedTokenSource(cancellation, silence.Token);
            GatewayMessage? message;
            try
            {
                message = await stream.ReceiveAsync(linked.Token);
            }
            catch (OperationCanceledException) when (silence.IsCancellationRequested)
            {
                throw new TransportException($"No report for {options.SilenceMax.TotalSeconds:0.###} s.");
            }

            if (message is null) return;
            if (!IsCurrent(hello.GatewayId, hello.SessionId))
                throw new TransportException("A newer session of this gateway has begun.");
            if (message.Uses is { } passed) uses.Tell(hello.SessionId, passed);
            if (message.Report is not { } report) continue;
            applied[hello.SessionId] = report.AppliedRevision;
            // Before the write: an instance is started without waiting for the disk.
            if (report.Demand is { } demand)
                activation?.Report(hello.GatewayId, DemandReports.Read(report.AppliedRevision, demand));
            await WriteAsync(hello.GatewayId, hello.SessionId, report.AppliedRevision, report.BusyEndpoints,
                cancellation);
        }
    }

    private GatewayServerMessage Welcome() => new()
    {
        Welcome = new GatewayWelcome
        {
            ProtocolVersion = GatewaySession.ProtocolVersion,
            HeartbeatIntervalMs = (long)options.HeartbeatInterval.TotalMilliseconds,
            LimitSeed = uses.Seed,
        },
    };

    /// <summary>
    /// Written even where the store calls the gateway live: the end of its last session may be on its way to the store,
    /// and then only one of the two writes gets there.
    /// </summary>
    private async Task BeginAsync(string gateway, string session, CancellationToken cancellation)
    {
        for (int tries = 0; tries < WriteTriesMax && IsCurrent(gateway, session); tries++)
        {
            Resource<GatewayStatus>? stored = store.Current.Get(Kinds.GatewayStatus, gateway);
            var alive = new GatewayStatus
            {
                Gateway = gateway, Live = true, AppliedRevision = 0, ChangedUnixMs = Now(),
            };
            if (await CommitAsync(gateway, stored, alive, cancellation)) return;
        }
    }

    private bool IsCurrent(string gateway, string session) =>
        sessions.TryGetValue(gateway, out string? current) && current == session;

    private async Task WriteAsync(
        string gateway, string session, long applied, IReadOnlyList<string> busy, CancellationToken cancellation)
    {
        for (int tries = 0; tries < WriteTriesMax && IsCurrent(gateway, session); tries++)
        {
            ResourceSnapshot snapshot = store.Current;
            Resource<GatewayStatus>? stored = snapshot.Get(Kinds.GatewayStatus, gateway);
            if (StatusVerdict.Next(stored?.Value, gateway, applied, busy, snapshot, Now()) is not { } next) return;
            if (await CommitAsync(gateway, stored, next, cancellation)) return;
        }
    }

    private async Task MarkGoneAsync(string gateway, CancellationToken cancellation)
    {
        for (int tries = 0; tries < WriteTriesMax; tries++)
        {
            Resource<GatewayStatus>? stored = store.Current.Get(Kinds.GatewayStatus, gateway);
            // In this order: a session that begins later writes over what was read here.
            if (stored is not { Value.Live: true } || IsConnected(gateway)) return;
            GatewayStatus gone = stored.Value.Value with { Live = false, BusyEndpoints = [], ChangedUnixMs = Now() };
            if (await CommitAsync(gateway, stored, gone, cancellation)) return;
        }
    }

    /// <summary>False when another writer came first and the caller should look again.</summary>
    private async Task<bool> CommitAsync(
        string gateway, Resource<GatewayStatus>? stored, GatewayStatus next, CancellationToken cancellation)
    {
        StoreTransaction transaction = new StoreTransaction()
            .Require(Kinds.GatewayStatus.Key(gateway), stored?.Revision ?? Revision.None)
            .Put(Kinds.GatewayStatus, gateway, next);
        CommitResult result = await store.CommitAsync(transaction, cancellation);
        if (result.Outcome == CommitOutcome.Conflict) return false;
        // The next heartbeat carries the same report: a store that cannot write now loses nothing but time.
        if (!result.IsCommitted) Log.NotWritten(logger, gateway, result.Outcome, result.Reason);
        return true;
    }

    private long Now() => time.GetUtcNow().ToUnixTimeMilliseconds();

    private static partial class Log
    {
        [LoggerMessage(3071, LogLevel.Information, "Gateway {Gateway} connected from {Address}")]
        public static partial void Connected(ILogger logger, string gateway, string address);

        [LoggerMessage(3072, LogLevel.Information, "Gateway {Gateway} is gone")]
        public static partial void Gone(ILogger logger, string gateway);

        [LoggerMessage(3073, LogLevel.Warning, "The status of gateway {Gateway} was not written: {Outcome} {Reason}")]
        public static partial void NotWritten(ILogger logger, string gateway, CommitOutcome outcome, string? reason);
    }
}
