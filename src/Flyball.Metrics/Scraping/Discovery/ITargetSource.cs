namespace Flyball.Metrics.Scraping.Discovery;

/// <summary>Where a job's targets come from.</summary>
internal interface ITargetSource
{
    /// <summary>
    /// Publishes all groups of this source, again whenever they change, until cancelled. What cannot be reached keeps
    /// the groups that were published last.
    /// </summary>
    /// <param name="publish">Takes a whole list; it replaces the one before.</param>
    /// <param name="runtime">Clock, HTTP and logging.</param>
    /// <param name="cancellation">Ends the run by exception.</param>
    Task RunAsync(
        Action<IReadOnlyList<TargetGroup>> publish, DiscoveryRuntime runtime, CancellationToken cancellation);
}
