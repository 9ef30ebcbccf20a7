using Flyball.Base.Transport;
using Grpc.Core;

namespace Flyball.Contracts.Transport;

/// <summary>
/// The server's end of a gRPC stream. A module's gRPC service is one line a method:
/// <c>GrpcServerStream.ServeAsync(handler, requests, responses, context)</c>.
/// </summary>
public static class GrpcServerStream
{
    /// <summary>
    /// Accepts the stream and runs <paramref name="handler"/> until it returns or the client is gone.
    /// </summary>
    public static async Task ServeAsync<TReceive, TSend>(
        IStreamHandler<TReceive, TSend> handler,
        IAsyncStreamReader<TReceive> requests,
        IServerStreamWriter<TSend> responses,
        ServerCallContext context)
        where TReceive : class
        where TSend : class
    {
        // Headers first: the client's OpenAsync waits for them to know that it was let in.
        await context.WriteResponseHeadersAsync([]);
        string identity = context.GetIdentity();
        try
        {
            await handler.RunAsync(new End<TSend, TReceive>(requests, responses), new Peer(identity, context.Peer),
                context.CancellationToken);
        }
        catch (TransportException e)
        {
            throw new RpcException(
                new Status(e.IsRefused ? StatusCode.FailedPrecondition : StatusCode.Unavailable, e.Message));
        }
        catch (OperationCanceledException) when (context.CancellationToken.IsCancellationRequested)
        {
            // The client hung up: there is nobody to answer.
        }
    }

    private static string GetIdentity(this ServerCallContext context) =>
        context.AuthContext.PeerIdentityPropertyName is { } name
            ? context.AuthContext.FindPropertiesByName(name).FirstOrDefault()?.Value ?? "anonymous"
            : "anonymous";

    private sealed class End<TSend, TReceive>(
        IAsyncStreamReader<TReceive> requests, IServerStreamWriter<TSend> responses)
        : IMessageStream<TSend, TReceive>
        where TSend : class
        where TReceive : class
    {
        public async ValueTask SendAsync(TSend message, CancellationToken cancellation)
        {
            try
            {
                await responses.WriteAsync(message, cancellation);
            }
            catch (Exception e) when (e is InvalidOperationException or IOException or RpcException)
            {
                throw new TransportException("The client is gone.", e);
            }
        }

        public async ValueTask<TReceive?> ReceiveAsync(CancellationToken cancellation)
        {
            try
            {
                return await requests.MoveNext(cancellation) ? requests.Current : null;
            }
            catch (Exception e) when (e is IOException or RpcException)
            {
                throw new TransportException("The client is gone.", e);
            }
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
