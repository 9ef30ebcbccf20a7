namespace Flyball.Contracts.Scheduling;

<<<<<<< HEAD
/// <summary>The build contexts that were uploaded to this server; the agents' sessions hand them to the nodes that build.</summary>
public interface IBuildContexts
{
    /// <summary>The tar's bytes from the start; null when no context of this digest is here. The caller disposes it.</summary>
    ValueTask<Stream?> OpenAsync(string digest, CancellationToken cancellation = default);
=======
/// <summary>Build contexts that were uploaded to this server, by the digest of their tar.</summary>
public interface IBuildContexts
{
    /// <summary>The tar's bytes, to be disposed by the caller; null when no such context was uploaded.</summary>
    ValueTask<Stream?> OpenAsync(string digest, CancellationToken cancellation);
>>>>>>> agent
}
