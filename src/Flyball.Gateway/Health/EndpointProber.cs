using Flyball.Gateway.Routing;
using Microsoft.Extensions.Logging;

namespace Flyball.Gateway.Health;

/// <summary>Probes ejected endpoints and brings back those that serve, before their time is up.</summary>
internal sealed partial class EndpointProber(
    OutlierPolicy outliers, IEndpointProbe probe, OutlierOptions options, TimeProvider time,
    ILogger<EndpointProber> logger)
{
    /// <summary>Probes at the same time at most; the rest waits for the next round.</summary>
    private const int ProbesMax = 32;

    public async Task RunAsync(CancellationToken cancellation)
    {
        while (true)
        {
            await Task.Delay(options.ProbeInterval, time, cancellation);
            await ProbeOnceAsync(cancellation);
        }
    }

    public async Task ProbeOnceAsync(CancellationToken cancellation)
    {
        outliers.Refresh();
        Task[] probes = [.. outliers.Ejected.Where(IsWorthProbing).Take(ProbesMax)
            .Select(one => ProbeAsync(one, cancellation))];
        await Task.WhenAll(probes);
    }

    private bool IsWorthProbing(UpstreamEndpoint endpoint) => probe.ProvesAnswers || endpoint.Health.WasUnreachable;

    private async Task ProbeAsync(UpstreamEndpoint endpoint, CancellationToken cancellation)
    {
        if (!await probe.IsServingAsync(endpoint, cancellation)) return;
        outliers.Reinstate(endpoint);
        Log.Reinstated(logger, endpoint.Name, endpoint.Authority);
    }

    private static partial class Log
    {
        [LoggerMessage(3011, LogLevel.Information,
            "Endpoint {Endpoint} ({Address}) answers its probe: it serves again")]
        public static partial void Reinstated(ILogger logger, string endpoint, string address);
    }
}
