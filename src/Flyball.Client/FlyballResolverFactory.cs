using Grpc.Net.Client.Balancer;

namespace Flyball.Client;

/// <summary>Resolves the targets <c>flyball:///NAME</c> of gRPC channels.</summary>
internal sealed class FlyballResolverFactory(ServiceWatches watches) : ResolverFactory
{
    public override string Name => "flyball";

    public override Resolver Create(ResolverOptions options) =>
        new FlyballResolver(watches, options.Address.AbsolutePath.Trim('/'));
}
