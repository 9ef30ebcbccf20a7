using Flyball.Base.Transport;
using Grpc.Core;

namespace Flyball.Contracts.Transport;

/// <summary>The client's end of a gRPC stream.</summary>
internal sealed class GrpcClientStream<TSend, TReceive>(AsyncDuplexStreamingCall<TSend, TReceive> call)
    : IMessageStream<TSend, TReceive>
    where TSend : class
    where TReceive : class
{
    public async ValueTask SendAsync(TSend message, CancellationToken cancellation)
    {
        try
        {
            await call.RequestStream.WriteAsync(message, cancellation);
        }
        catch (RpcException e)
        {
            throw GrpcErrors.Translate(e);
        }
        catch (InvalidOperationException e)
        {
            // The call completed on the other side while this message was on its way.
            throw new TransportException("The stream has ended.", e);
        }
        catch (Exception e) when (e is IOException or HttpRequestException)
        {
            // The connection broke under the message; gRPC hands that on as it came from HTTP.
            cancellation.ThrowIfCancellationRequested();
            throw new TransportException(e.Message, e);
        }
    }

    public async ValueTask<TReceive?> ReceiveAsync(CancellationToken cancellation)
    {
        try
        {
            return await call.ResponseStream.MoveNext(cancellation) ? call.ResponseStream.Current : null;
        }
        catch (RpcException e)
        {
            cancellation.ThrowIfCancellationRequested();
            throw GrpcErrors.Translate(e);
        }
        catch (Exception e) when (e is IOException or HttpRequestException or ObjectDisposedException)
        {
            cancellation.ThrowIfCancellationRequested();
            throw new TransportException(e.Message, e);
        }
    }

    public ValueTask DisposeAsync()
    {
        call.Dispose();
        return ValueTask.CompletedTask;
    }
}
