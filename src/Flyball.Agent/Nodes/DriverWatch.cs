using Flyball.Agent.Drivers;
using Flyball.Contracts.Agent;

namespace Flyball.Agent.Nodes;

/// <summary>Looks at the drivers now and then: engines go away and come back.</summary>
internal sealed class DriverWatch(DriverSet drivers, TimeProvider time)
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    private volatile IReadOnlyList<DriverInfo>? latest;

    /// <summary>The last look; null before the first.</summary>
    public IReadOnlyList<DriverInfo>? Latest => latest;

    public async Task RunAsync(CancellationToken cancellation)
    {
        using var timer = new PeriodicTimer(Interval, time);
        while (await timer.WaitForNextTickAsync(cancellation)) latest = await drivers.FingerprintAsync(cancellation);
    }
}
