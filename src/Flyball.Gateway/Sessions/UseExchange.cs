using System.Collections.Concurrent;
using System.Threading.Channels;
using Flyball.Base.Transport;
using Flyball.Contracts.Gateway.Wire;

namespace Flyball.Gateway.Sessions;

/// <summary>
/// Passes what one gateway has let pass under rate limits on to the others of this server. It keeps nothing: each
/// session has a short line, and what does not fit into it is lost, which makes the limits less exact and nothing else.
/// </summary>
internal sealed class UseExchange(long seed)
{
    private const int LineMax = 64;

    private readonly ConcurrentDictionary<string, Channel<GatewayServerMessage>> lines = new(StringComparer.Ordinal);

    /// <summary>
    /// Of the hash of limits' keys: all gateways of this server have the same, and no client knows it.
    /// </summary>
    public long Seed => seed;

    /// <summary>
    /// The line of a session: what the others tell from now on waits in it for <see cref="SendAsync"/>. A session joins
    /// before it is told the seed, so that nothing told after that is missed.
    /// </summary>
    public Channel<GatewayServerMessage> Join(string session)
    {
        Channel<GatewayServerMessage> line = Channel.CreateBounded<GatewayServerMessage>(
            new BoundedChannelOptions(LineMax) { FullMode = BoundedChannelFullMode.DropOldest });
        lines[session] = line;
        return line;
    }

    public void Leave(string session, Channel<GatewayServerMessage> line) =>
        lines.TryRemove(new KeyValuePair<string, Channel<GatewayServerMessage>>(session, line));

    /// <summary>Sends a session what the others tell, until cancelled.</summary>
    public static async Task SendAsync(
        Channel<GatewayServerMessage> line, IMessageStream<GatewayServerMessage, GatewayMessage> stream,
        CancellationToken cancellation)
    {
        // Not by ReadAllAsync, which goes on wherever it likes: the simulator has one thread.
        while (await line.Reader.WaitToReadAsync(cancellation))
        {
            while (line.Reader.TryRead(out GatewayServerMessage? message))
                await stream.SendAsync(message, cancellation);
        }
    }

    public void Tell(string from, LimitUses uses)
    {
        GatewayServerMessage? message = null;
        foreach ((string session, Channel<GatewayServerMessage> line) in lines)
        {
            if (session == from) continue;
            message ??= new GatewayServerMessage { Uses = uses };
            line.Writer.TryWrite(message);
        }
    }
}
