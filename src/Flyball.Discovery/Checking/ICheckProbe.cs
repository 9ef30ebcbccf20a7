using Flyball.Discovery.Registrations;

namespace Flyball.Discovery.Checking;

/// <summary>Probes over the network.</summary>
internal interface ICheckProbe
{
    /// <summary>Never throws but for cancellation: what goes wrong is the verdict.</summary>
    ValueTask<CheckVerdict> ProbeAsync(CheckSpec spec, CancellationToken cancellation);
}
