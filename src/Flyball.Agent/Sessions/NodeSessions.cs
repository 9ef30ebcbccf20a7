using System.Collections.Concurrent;
using Flyball.Base.Transport;
using Flyball.Contracts;
using Flyball.Contracts.Agent;
using Flyball.Contracts.Agent.Wire;
using Microsoft.Extensions.Logging;

namespace Flyball.Agent.Sessions;

/// <summary>The server's end of every agent's control stream; a node has one session at a time, the newest.</summary>
internal sealed partial class NodeSessions(
    NodeWriter nodes, StatusWriter statuses, AssignmentFeed feed, AgentSessionOptions options, ServerIdentity server,
    TimeProvider time,
    ILogger<NodeSessions> log)
    : IStreamHandler<AgentMessage, ServerMessage>, IUsageView
{
    /// <summary>The oldest protocol version that this server still speaks.</summary>
    public const int ProtocolVersionMin = 1;

    private readonly ConcurrentDictionary<string, NodeSession> sessions = new(StringComparer.Ordinal);

    public IReadOnlyCollection<AllocationUsage> Current =>
        [.. sessions.Values.OrderBy(s => s.Node, StringComparer.Ordinal).SelectMany(s => s.Usage)];

    public NodeSession? Find(string node) => sessions.GetValueOrDefault(node);

    public async Task RunAsync(
        IMessageStream<ServerMessage, AgentMessage> stream, Peer peer, CancellationToken cancellation)
    {
        AgentMessage? first = await stream.ReceiveAsync(cancellation);
        (Hello hello, Node node) = Greet(first);
        using var session = new NodeSession(node, hello.SessionId, time, cancellation);
        NodeSession? earlier = null;
        sessions.AddOrUpdate(node.Id, session, (_, old) =>
        {
            earlier = old;
            return session;
        });
        earlier?.End();
        Log.Connected(log, node.Id, peer.Address);
        try
        {
            await nodes.SetReadyAsync(node, session.Ended);
            await stream.SendAsync(Welcome(), session.Ended);
            await ServeAsync(stream, session);
        }
        catch (OperationCanceledException) when (session.Ended.IsCancellationRequested)
        {
            // Replaced by a newer session, silent for too long, or this server stops.
        }
        finally
        {
            session.End();
            if (sessions.TryRemove(KeyValuePair.Create(node.Id, session)))
            {
                Log.Disconnected(log, node.Id);
                await nodes.TrySetDisconnectedAsync(node.Id);
            }
        }
    }

    private static (Hello Hello, Node Node) Greet(AgentMessage? first)
    {
        if (first?.Hello is not { } hello)
            throw new TransportException("The first message must be Hello.", refused: true);
        if (hello.ProtocolVersion < ProtocolVersionMin)
        {
            throw new TransportException(
                $"The agent speaks protocol {hello.ProtocolVersion}, this server {ProtocolVersionMin} and later: "
                + "update the agent.",
                refused: true);
        }

        try
        {
            Node node = Kinds.Node.Decode(hello.NodeJson.Span);
            return node.Id == hello.NodeId ? (hello, node)
                : throw new TransportException("The node's id is not the one in Hello.", refused: true);
        }
        catch (FormatException e)
        {
            throw new TransportException($"Hello does not describe a node: {e.Message}", e, refused: true);
        }
    }

    private ServerMessage Welcome() => new()
    {
        Welcome = new Welcome
        {
            ProtocolVersion = 1,
            HeartbeatIntervalMs = (long)options.HeartbeatInterval.TotalMilliseconds,
            ServerId = server.Id,
            ServerUnixMs = time.GetUtcNow().ToUnixTimeMilliseconds(),
        },
    };

    private async Task ServeAsync(IMessageStream<ServerMessage, AgentMessage> stream, NodeSession session)
    {
        Task[] parts =
        [
            session.SendAllAsync(stream),
            ReceiveAsync(stream, session),
            feed.RunAsync(session),
            session.WatchBeatsAsync(options.HeartbeatInterval * options.HeartbeatsMissedMax),
        ];
        Task first = await Task.WhenAny(parts);
        session.End();
        foreach (Task part in parts)
        {
            try
            {
                await part;
            }
            catch (Exception e) when (part != first && e is OperationCanceledException or TransportException)
            {
                // The first one that ended says why.
            }
        }
    }

    private async Task ReceiveAsync(IMessageStream<ServerMessage, AgentMessage> stream, NodeSession session)
    {
        while (await stream.ReceiveAsync(session.Ended) is { } message)
        {
            switch (message.BodyCase)
            {
                case AgentMessage.BodyOneofCase.Heartbeat:
                    session.Beat(message.Heartbeat);
                    break;
                case AgentMessage.BodyOneofCase.Status:
                    await statuses.ReportAsync(session, message.Status, session.Ended);
                    break;
                case AgentMessage.BodyOneofCase.Event:
                    await statuses.EventAsync(message.Event, session.Ended);
                    break;
                case AgentMessage.BodyOneofCase.Hello when message.Hello.NodeId == session.Node:
                    // The node changed, such as an engine that came back.
                    session.Description = Greet(message).Node;
                    await nodes.SetReadyAsync(session.Description, session.Ended);
                    break;
            }
        }
    }

    private static partial class Log
    {
        [LoggerMessage(4400, LogLevel.Information, "Node {Node} connected from {Address}")]
        public static partial void Connected(ILogger logger, string node, string address);

        [LoggerMessage(4401, LogLevel.Information, "Node {Node} disconnected")]
        public static partial void Disconnected(ILogger logger, string node);
    }
}
