using Flyball.Base.Transport;
using Flyball.Contracts.Agent.Wire;
using Flyball.Contracts.Gateway.Wire;
using Flyball.Contracts.Store.Wire;
using Flyball.Contracts.Telemetry.Wire;
using Google.Protobuf;

namespace Flyball.Contracts;

/// <summary>The streams of the control protocol, by their gRPC names.</summary>
public static class StreamMethods
{
    public static readonly StreamMethod<AgentMessage, ServerMessage> AgentControl =
        new("flyball.agent.v1.AgentControl", "Control", Codec(AgentMessage.Parser), Codec(ServerMessage.Parser));

    public static readonly StreamMethod<DataFrame, DataFrame> AgentData =
        new("flyball.agent.v1.AgentControl", "Data", Codec(DataFrame.Parser), Codec(DataFrame.Parser));

    public static readonly StreamMethod<GatewayMessage, GatewayServerMessage> GatewayControl =
        new("flyball.gateway.v1.GatewayControl", "Control", Codec(GatewayMessage.Parser),
            Codec(GatewayServerMessage.Parser));

    public static readonly StreamMethod<TelemetryMessage, TelemetryServerMessage> Telemetry =
        new("flyball.telemetry.v1.TelemetryControl", "Push", Codec(TelemetryMessage.Parser),
            Codec(TelemetryServerMessage.Parser));

    public static readonly StreamMethod<WatchRequest, WatchResponse> StoreWatch =
        new("flyball.store.v1.StoreWatch", "Watch", Codec(WatchRequest.Parser), Codec(WatchResponse.Parser));

    private static StreamCodec<T> Codec<T>(MessageParser<T> parser) where T : class, IMessage<T> =>
        new((message, writer) => message.WriteTo(writer), bytes => parser.ParseFrom(bytes));
}
