namespace Flyball.Contracts.Scheduling;

/// <summary>
/// Contents by their digest, on this server's disk and in its backups. What no resource names is deleted after an hour
/// or two.
/// </summary>
public interface IBlobs
{
    /// <summary>The bytes from the start; null when there are none of this digest. The caller disposes it.</summary>
    ValueTask<Stream?> OpenAsync(string digest, CancellationToken cancellation = default);

    /// <summary>Keeps the content, durably; its digest, or null when the disk takes no more.</summary>
    ValueTask<string?> KeepAsync(ReadOnlyMemory<byte> content, CancellationToken cancellation = default);
}
