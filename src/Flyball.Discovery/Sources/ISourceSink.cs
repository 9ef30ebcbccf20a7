namespace Flyball.Discovery.Sources;

/// <summary>Takes what a source says; from one answer of the source each.</summary>
internal interface ISourceSink
{
    /// <summary>All instances of one service.</summary>
    /// <param name="service">Its name there.</param>
    /// <param name="instances">All of them.</param>
    /// <param name="unreadable">Ids that are there, and say nothing that makes sense: their last known stays.</param>
    /// <param name="cancellation">Gives up.</param>
    ValueTask SeenAsync(
        string service, IReadOnlyList<SourceInstance> instances, IReadOnlyCollection<string> unreadable,
        CancellationToken cancellation);

    /// <summary>The names of all services that exist: every other one has no instances.</summary>
    ValueTask NamesAsync(IReadOnlySet<string> services, CancellationToken cancellation);
}
