using Flyball.Base.Transport;
using Grpc.Core;

namespace Flyball.Contracts.Transport;

/// <summary>Turns gRPC's errors into the transport's.</summary>
internal static class GrpcErrors
{
    public static TransportException Translate(RpcException error) => new(
        error.Status.Detail.Length > 0 ? error.Status.Detail : error.StatusCode.ToString(),
        error,
        error.StatusCode is StatusCode.Unauthenticated or StatusCode.PermissionDenied or StatusCode.FailedPrecondition
            or StatusCode.Unimplemented or StatusCode.InvalidArgument);
}
