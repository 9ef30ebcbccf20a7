namespace Flyball.Contracts.Scheduling;

/// <summary>
/// The build contexts that were uploaded to this server; the agents' sessions hand them to the nodes that build.
/// </summary>
public interface IBuildContexts
{
    /// <summary>
    /// The tar's bytes from the start; null when no context of this digest is here. The caller disposes it.
    /// </summary>
    ValueTask<Stream?> OpenAsync(string digest, CancellationToken cancellation = default);
}
