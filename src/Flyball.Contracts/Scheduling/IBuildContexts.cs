namespace Flyball.Contracts.Scheduling;

/// <summary>Build contexts that were uploaded to this server, by the digest of their tar.</summary>
public interface IBuildContexts
{
    /// <summary>The tar's bytes, to be disposed by the caller; null when no such context was uploaded.</summary>
    ValueTask<Stream?> OpenAsync(string digest, CancellationToken cancellation);
}
