using Flyball.Base.Transport;
using Flyball.Contracts.Telemetry.Wire;
using Flyball.Contracts.Transport;
using Grpc.Core;

namespace Flyball.Agent.Sessions.Telemetry;

/// <summary>The gRPC face of the telemetry streams.</summary>
internal sealed class TelemetryControlService(IStreamHandler<TelemetryMessage, TelemetryServerMessage> receiver)
    : TelemetryControl.TelemetryControlBase
{
    public override Task Push(
        IAsyncStreamReader<TelemetryMessage> requestStream, IServerStreamWriter<TelemetryServerMessage> responseStream,
        ServerCallContext context) =>
        GrpcServerStream.ServeAsync(receiver, requestStream, responseStream, context);
}
