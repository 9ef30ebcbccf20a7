using Flyball.Base.Transport;
using Grpc.Core;
using Grpc.Net.Client;

namespace Flyball.Contracts.Transport;

/// <summary>
/// Opens streams to a server's control door over gRPC (HTTP/2; without TLS on loopback). One connection carries the
/// streams of one role; keep-alive pings find a dead server within about 20 s.
/// </summary>
public sealed class GrpcTransport : ITransport, IDisposable
{
    /// <summary>One message at most: a store value of 1 MiB and its envelope, several a batch.</summary>
    public const int MessageBytesMax = 16 * 1024 * 1024;

    private readonly GrpcChannel channel;
    private readonly CallInvoker invoker;
    private readonly Uri address;
    private readonly string? token;
    private readonly string? tokenFile;

    /// <param name="address">Absolute, <c>http://</c> or <c>https://</c>.</param>
    /// <param name="token">The join token, sent as a bearer; null for none.</param>
    /// <param name="tokenFile">Where the token came from, for the message that it is refused.</param>
    public GrpcTransport(Uri address, string? token, string? tokenFile = null)
    {
        this.address = address;
        this.token = token;
        this.tokenFile = tokenFile;
        channel = GrpcChannel.ForAddress(address, new GrpcChannelOptions
        {
            HttpHandler = new SocketsHttpHandler
            {
                EnableMultipleHttp2Connections = true,
                KeepAlivePingDelay = TimeSpan.FromSeconds(10),
                KeepAlivePingTimeout = TimeSpan.FromSeconds(10),
                ConnectTimeout = TimeSpan.FromSeconds(5),
                UseProxy = false,
            },
            MaxReceiveMessageSize = MessageBytesMax,
            MaxSendMessageSize = MessageBytesMax,
            DisposeHttpClient = true,
        });
        invoker = channel.CreateCallInvoker();
    }

    public async ValueTask<IMessageStream<TSend, TReceive>> OpenAsync<TSend, TReceive>(
        StreamMethod<TSend, TReceive> method, CancellationToken cancellation)
        where TSend : class
        where TReceive : class
    {
        var grpc = new Method<TSend, TReceive>(
            MethodType.DuplexStreaming, method.Service, method.Method, Marshaller(method.Send),
            Marshaller(method.Receive));
        var headers = new Metadata();
        if (token is not null) headers.Add("authorization", $"Bearer {token}");
        AsyncDuplexStreamingCall<TSend, TReceive> call =
            invoker.AsyncDuplexStreamingCall(grpc, null, new CallOptions(headers, cancellationToken: cancellation));
        try
        {
            // The server sends its headers when it accepts the stream: a wrong token or an absent server shows here.
            Metadata answer = await call.ResponseHeadersAsync;

            // A refusal is no answer in gRPC: it is seen in the headers of HTTP, or else much later and as anything.
            if (answer.Get("www-authenticate") is not null) throw Refuses(null);
        }
        catch (TransportException)
        {
            call.Dispose();
            throw;
        }
        catch (RpcException e)
        {
            call.Dispose();
            throw Explain(e);
        }

        return new GrpcClientStream<TSend, TReceive>(call);
    }

    public void Dispose() => channel.Dispose();

    private TransportException Explain(RpcException error) => error.StatusCode switch
    {
        StatusCode.Unauthenticated or StatusCode.PermissionDenied => Refuses(error),
        StatusCode.Unavailable => new TransportException(
            $"The server at {Name} does not answer: "
            + (error.Status.DebugException?.GetBaseException().Message ?? error.Status.Detail), error),
        _ => GrpcErrors.Translate(error),
    };

    private TransportException Refuses(RpcException? error) => new(
        $"The server at {Name} refuses the join token{(tokenFile is null ? "" : $" ({tokenFile})")}: "
        + "the right one is in join.token of the server's data directory.",
        error, tokenRefused: true);

    private string Name => address.GetLeftPart(UriPartial.Authority);

    private static Marshaller<T> Marshaller<T>(StreamCodec<T> codec) where T : class => new(
        (message, context) =>
        {
            codec.Write(message, context.GetBufferWriter());
            context.Complete();
        },
        context => codec.Read(context.PayloadAsReadOnlySequence()));
}
