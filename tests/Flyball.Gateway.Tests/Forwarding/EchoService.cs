using Flyball.Gateway.Tests.Wire;
using Grpc.Core;

namespace Flyball.Gateway.Tests.Forwarding;

/// <summary>A gRPC service that says what it is told.</summary>
internal sealed class EchoService : Echo.EchoBase
{
    public override Task<EchoMessage> Once(EchoMessage request, ServerCallContext context) => request.Text == "fail"
        ? throw new RpcException(new Status(StatusCode.FailedPrecondition, "as asked"))
        : Task.FromResult(request);

    public override async Task Stream(
        IAsyncStreamReader<EchoMessage> requestStream, IServerStreamWriter<EchoMessage> responseStream,
        ServerCallContext context)
    {
        await foreach (EchoMessage message in requestStream.ReadAllAsync(context.CancellationToken))
            await responseStream.WriteAsync(message, context.CancellationToken);
        context.ResponseTrailers.Add("farewell", "bye");
    }
}
