using Flyball.Contracts.Store.Wire;
using Flyball.Contracts.Transport;
using Grpc.Core;

namespace Flyball.Store.Remote;

/// <summary>The remote watch as a gRPC service.</summary>
internal sealed class StoreWatchService(WatchHandler handler) : StoreWatch.StoreWatchBase
{
    public override Task Watch(
        IAsyncStreamReader<WatchRequest> requestStream,
        IServerStreamWriter<WatchResponse> responseStream,
        ServerCallContext context) =>
        GrpcServerStream.ServeAsync(handler, requestStream, responseStream, context);
}
