namespace Flyball.Contracts.Telemetry.Reporting;

/// <summary>Something that is measured again and again.</summary>
public interface ISampleSource
{
    /// <summary>Writes every series there is now; one that is missing next time is marked as ended.</summary>
    ValueTask CollectAsync(SampleWriter into, CancellationToken cancellation);
}
