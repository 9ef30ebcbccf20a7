using System.Diagnostics.CodeAnalysis;
using System.Net;
using Microsoft.Extensions.Primitives;
using Microsoft.Extensions.ServiceDiscovery;

namespace Flyball.Client;

/// <summary>Providers of endpoints from the catalogue, one a service.</summary>
internal sealed class FlyballEndpoints(ServiceWatches watches) : IServiceEndpointProviderFactory
{
    public bool TryCreateProvider(
        ServiceEndpointQuery query, [NotNullWhen(true)] out IServiceEndpointProvider? provider)
    {
        // A port that is not the first is a service of its own in the catalogue.
        string service = query.EndpointName is { Length: > 0 } port
            ? $"{query.ServiceName}-{port}" : query.ServiceName;
        provider = watches.Serves(service) ? new Provider(watches, watches.Enter(service)) : null;
        return provider is not null;
    }

    private sealed class Provider(ServiceWatches watches, ServiceWatch watch) : IServiceEndpointProvider
    {
        private int isLeft;

        public async ValueTask PopulateAsync(IServiceEndpointBuilder endpoints, CancellationToken cancellationToken)
        {
            // What a provider before this one said stands.
            if (endpoints.Endpoints.Count > 0) return;
            await watch.FirstAsync(cancellationToken).ConfigureAwait(false);
            (ServicePlaces places, IChangeToken changed) = watch.Current;
            foreach (EndPoint place in places.Places) endpoints.Endpoints.Add(ServiceEndpoint.Create(place));
            endpoints.AddChangeToken(changed);
        }

        public ValueTask DisposeAsync()
        {
            if (Interlocked.Exchange(ref isLeft, 1) == 0) watches.Leave(watch);
            return ValueTask.CompletedTask;
        }
    }
}
