using System.Net;
using Grpc.Core;
using Grpc.Net.Client.Balancer;
using Grpc.Net.Client.Configuration;
using Microsoft.Extensions.Primitives;

namespace Flyball.Client;

/// <summary>Tells a gRPC channel where its service is, at once and after each change; calls go round in turn.</summary>
internal sealed class FlyballResolver : Resolver
{
    private readonly ServiceWatches watches;
    private readonly ServiceWatch watch;
    private Action<ResolverResult>? listener;
    private IDisposable? registration;
    private volatile bool isDisposed;

    public FlyballResolver(ServiceWatches watches, string service)
    {
        this.watches = watches;
        watch = watches.Enter(service);
    }

    public override void Start(Action<ResolverResult> listener)
    {
        this.listener = listener;
        _ = StartAsync();
    }

    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);
        if (!disposing || isDisposed) return;
        isDisposed = true;
        registration?.Dispose();
        watches.Leave(watch);
    }

    private async Task StartAsync()
    {
        await watch.FirstAsync(CancellationToken.None).ConfigureAwait(false);
        if (isDisposed) return;
        registration = ChangeToken.OnChange(() => watch.Current.Changed, Tell);
        Tell();
    }

    private void Tell()
    {
        if (isDisposed) return;
        ServicePlaces places = watch.Current.Places;
        if (places.Places.Count == 0)
        {
            string reason = places.IsKnown ? "has no instance that passes" : "is not known: the catalogue is away";
            listener!(ResolverResult.ForFailure(new Status(StatusCode.Unavailable, $"{watch.Service} {reason}.")));
            return;
        }

        var balancing = new ServiceConfig { LoadBalancingConfigs = { new RoundRobinConfig() } };
        listener!(ResolverResult.ForResult([.. places.Places.Select(Address)], balancing, null));
    }

    private static BalancerAddress Address(EndPoint place) => place switch
    {
        IPEndPoint ip => new BalancerAddress(ip.Address.ToString(), ip.Port),
        DnsEndPoint name => new BalancerAddress(name.Host, name.Port),
        _ => throw new InvalidOperationException($"BUG: {place} is no place."),
    };
}
