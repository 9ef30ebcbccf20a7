using Flyball.Base.Transport;
using Flyball.Contracts.Gateway.Wire;
using Flyball.Contracts.Transport;
using Grpc.Core;

namespace Flyball.Gateway.Sessions;

/// <summary>The control door's gRPC service for gateways.</summary>
internal sealed class GatewayControlService(IStreamHandler<GatewayMessage, GatewayServerMessage> sessions)
    : GatewayControl.GatewayControlBase
{
    public override Task Control(
        IAsyncStreamReader<GatewayMessage> requestStream, IServerStreamWriter<GatewayServerMessage> responseStream,
        ServerCallContext context) =>
        GrpcServerStream.ServeAsync(sessions, requestStream, responseStream, context);
}
