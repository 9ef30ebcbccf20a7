using Flyball.Base.Transport;
using Flyball.Contracts.Agent.Wire;
using Flyball.Contracts.Transport;
using Grpc.Core;

namespace Flyball.Agent.Sessions;

/// <summary>The gRPC face of the two stream handlers.</summary>
internal sealed class AgentControlService(
    IStreamHandler<AgentMessage, ServerMessage> control, IStreamHandler<DataFrame, DataFrame> data)
        : AgentControl.AgentControlBase
{
    public override Task Control(
        IAsyncStreamReader<AgentMessage> requestStream, IServerStreamWriter<ServerMessage> responseStream,
        ServerCallContext context) =>
        GrpcServerStream.ServeAsync(control, requestStream, responseStream, context);

    public override Task Data(
        IAsyncStreamReader<DataFrame> requestStream, IServerStreamWriter<DataFrame> responseStream,
        ServerCallContext context) =>
        GrpcServerStream.ServeAsync(data, requestStream, responseStream, context);
}
