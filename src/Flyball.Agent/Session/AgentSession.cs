using System.Text.Json;
using Flyball.Agent.Allocations;
using Flyball.Base.Transport;
using Flyball.Contracts;
using Flyball.Contracts.Agent;
using Flyball.Contracts.Agent.Wire;
using Google.Protobuf;
using Microsoft.Extensions.Logging;

namespace Flyball.Agent.Session;

/// <summary>
/// The agent's end of the control stream. It reconnects for ever with back-off and jitter; while the server is away
/// everything goes on, and what was seen meanwhile is told afterwards.
/// </summary>
internal sealed partial class AgentSession(
    ITransport transport, AllocationTable table, ReportOutbox outbox, SessionParts parts, AgentOptions options,
    TimeProvider time, Random random,
    ILogger<AgentSession> log)
{
    /// <summary>The version of the control protocol that this agent speaks.</summary>
    public const int ProtocolVersion = 1;

    /// <summary>A server that accepts the stream must greet within this time.</summary>
    private static readonly TimeSpan WelcomeTimeout = TimeSpan.FromSeconds(10);

    /// <summary>A stream that lasted this long makes the next reconnection quick again.</summary>
    private static readonly TimeSpan GoodStream = TimeSpan.FromSeconds(10);

    private Node? node;

    public async Task RunAsync(CancellationToken cancellation)
    {
        TimeSpan delay = options.ReconnectDelay;
        while (true)
        {
            long began = time.GetTimestamp();
            bool refused = false;
            try
            {
                await ConnectOnceAsync(cancellation);
                Log.Ended(log);
            }
            catch (TransportException e)
            {
                refused = e.IsRefused;
                Log.Broken(log, e.Message);
            }

            cancellation.ThrowIfCancellationRequested();
            if (time.GetElapsedTime(began) >= GoodStream) delay = options.ReconnectDelay;
            if (refused) delay = options.ReconnectDelayMax;
            double jitter;
            lock (random) jitter = 0.5 + (random.NextDouble() / 2);
            await Task.Delay(delay * jitter, time, cancellation);
            delay = delay * 2 < options.ReconnectDelayMax ? delay * 2 : options.ReconnectDelayMax;
        }
    }

    private async Task ConnectOnceAsync(CancellationToken cancellation)
    {
        await using IMessageStream<AgentMessage, ServerMessage> stream = await transport.OpenAsync(
            StreamMethods.AgentControl, cancellation);
        node = await parts.Fingerprint.ReadAsync(cancellation);
        string sessionId = parts.Ids.Next();
        await stream.SendAsync(Hello(sessionId), cancellation);
        Welcome welcome = await ReceiveWelcomeAsync(stream, cancellation);
        Log.Connected(log, welcome.ServerId);
        outbox.Reset(table.All.Select(r => r.CurrentStatus()));

        using var ended = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        Task sending = SendAsync(stream, sessionId, welcome, ended.Token);
        Task receiving = ReceiveAsync(stream, welcome, ended.Token);
        Task first = await Task.WhenAny(sending, receiving);
        ended.Cancel();
        await Task.WhenAll(Quiet(sending), Quiet(receiving));
        await first;
    }

    private AgentMessage Hello(string sessionId) => new()
    {
        Hello = new Hello
        {
            ProtocolVersion = ProtocolVersion,
            NodeId = node!.Id,
            SessionId = sessionId,
            NodeJson = UnsafeByteOperations.UnsafeWrap(Kinds.Node.Encode(node)),
        },
    };

    private async Task<Welcome> ReceiveWelcomeAsync(
        IMessageStream<AgentMessage, ServerMessage> stream, CancellationToken cancellation)
    {
        using var deadline = new CancellationTokenSource(WelcomeTimeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellation, deadline.Token);
        try
        {
            ServerMessage? first = await stream.ReceiveAsync(either.Token);
            return first?.Welcome ?? throw new TransportException("The server did not greet.");
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            throw new TransportException("The server did not greet in time.");
        }
    }

    /// <summary>The only sender of this stream: heartbeats, reports, and the node again when it changed.</summary>
    private async Task SendAsync(
        IMessageStream<AgentMessage, ServerMessage> stream, string sessionId, Welcome welcome,
        CancellationToken cancellation)
    {
        TimeSpan interval = TimeSpan.FromMilliseconds(Math.Clamp(welcome.HeartbeatIntervalMs, 100, 60_000));
        using ITimer timer = time.CreateTimer(_ => outbox.Signal(), null, interval, interval);
        long lastBeat = time.GetTimestamp();
        while (true)
        {
            while (outbox.Next() is { } message) await stream.SendAsync(message, cancellation);
            await outbox.Wake.ReadAsync(cancellation);

            // The timer wakes a little early at times; a tenth of the interval is near enough.
            if (time.GetElapsedTime(lastBeat) < interval * 0.9) continue;
            lastBeat = time.GetTimestamp();
            await stream.SendAsync(Heartbeat(), cancellation);
            if (await NodeChangedAsync(cancellation)) await stream.SendAsync(Hello(sessionId), cancellation);
        }
    }

    private AgentMessage Heartbeat()
    {
        var beat = new Heartbeat { AtUnixMs = time.GetUtcNow().ToUnixTimeMilliseconds() };
        beat.Usage.AddRange(parts.Usage.Current);
        return new AgentMessage { Heartbeat = beat };
    }

    private async ValueTask<bool> NodeChangedAsync(CancellationToken cancellation)
    {
        if (parts.Drivers.Latest is not { } now || node!.Drivers.SequenceEqual(now)) return false;
        node = await parts.Fingerprint.ReadAsync(cancellation);
        return true;
    }

    private async Task ReceiveAsync(
        IMessageStream<AgentMessage, ServerMessage> stream, Welcome welcome, CancellationToken cancellation)
    {
        // Deadlines are on the server's clock; ours may differ.
        long clockDifferenceMs = time.GetUtcNow().ToUnixTimeMilliseconds() - welcome.ServerUnixMs;
        var named = new HashSet<string>(StringComparer.Ordinal);
        bool complete = false;
        parts.Catalogue.BeginListing();
        while (await stream.ReceiveAsync(cancellation) is { } message)
        {
            switch (message.BodyCase)
            {
                case ServerMessage.BodyOneofCase.Assignment:
                    if (!complete) named.Add(message.Assignment.Allocation);
                    if (Decode(message.Assignment, clockDifferenceMs) is { } assigned)
                        await table.AssignAsync(assigned, cancellation);
                    break;
                case ServerMessage.BodyOneofCase.Complete when !complete:
                    complete = true;
                    parts.Catalogue.EndListing();
                    await table.CompleteAsync(named, cancellation);
                    break;
                case ServerMessage.BodyOneofCase.OpenData:
                    parts.Data.Begin(message.OpenData, cancellation);
                    break;
                case ServerMessage.BodyOneofCase.Endpoint:
                    parts.Catalogue.Apply(message.Endpoint);
                    break;
                case ServerMessage.BodyOneofCase.Acknowledged:
                    outbox.Acknowledge(message.Acknowledged.Sequence);
                    break;
            }
        }
    }

    private Assigned? Decode(Assignment assignment, long clockDifferenceMs)
    {
        try
        {
            if (assignment.State == AssignmentState.Forget && assignment.AllocationJson.IsEmpty)
                return Assigned.ToForget(assignment.Allocation, node!.Id);
            return new Assigned(
                Kinds.Allocation.Decode(assignment.AllocationJson.Span),
                assignment.TaskJson.IsEmpty
                    ? Assigned.NoTask
                    : JsonSerializer.Deserialize(assignment.TaskJson.Span, AgentJson.Default.TaskSpec)
                        ?? Assigned.NoTask,
                assignment.Project,
                assignment.Service,
                assignment.State switch
                {
                    AssignmentState.Run => Wanted.Run,
                    AssignmentState.Drain => Wanted.Drain,
                    AssignmentState.Stop => Wanted.Stop,
                    _ => Wanted.Forget,
                },
                assignment.StopDeadlineUnixMs == 0 ? null : assignment.StopDeadlineUnixMs + clockDifferenceMs)
            {
                Ended = assignment.Ended,
            };
        }
        catch (Exception e) when (e is FormatException or JsonException)
        {
            Log.BadAssignment(log, assignment.Allocation, e);
            return null;
        }
    }

    private static async Task Quiet(Task task)
    {
        try
        {
            await task;
        }
        catch (Exception e) when (e is OperationCanceledException or TransportException)
        {
            // The one that ended first is awaited by the caller and says why.
        }
    }

    private static partial class Log
    {
        [LoggerMessage(4210, LogLevel.Information, "Connected to server {Server}")]
        public static partial void Connected(ILogger logger, string server);

        [LoggerMessage(4211, LogLevel.Information, "The server ended the control stream; reconnecting")]
        public static partial void Ended(ILogger logger);

        [LoggerMessage(4212, LogLevel.Warning, "The control stream is broken, everything here goes on: {Reason}")]
        public static partial void Broken(ILogger logger, string reason);

        [LoggerMessage(4213, LogLevel.Error, "The assignment of allocation {Allocation} cannot be read")]
        public static partial void BadAssignment(ILogger logger, string allocation, Exception error);
    }
}
