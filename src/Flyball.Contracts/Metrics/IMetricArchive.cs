namespace Flyball.Contracts.Metrics;

/// <summary>Copies of all metrics, taken and put back while they are in use.</summary>
public interface IMetricArchive
{
    /// <summary>Writes a copy of everything that was acknowledged into an empty directory.</summary>
    /// <exception cref="IOException">The disk refuses, or the store is not open; the copy is of no use.</exception>
    Task WriteAsync(string directory, CancellationToken cancellation);

    /// <summary>Whether a directory holds a copy that can be put back.</summary>
    /// <exception cref="InvalidDataException">It does not; the message says why.</exception>
    Task CheckAsync(string directory, CancellationToken cancellation);

    /// <summary>
    /// Puts a copy in place of what is there; the directory is moved. Queries and writes wait meanwhile. Killed at any
    /// point, the metrics are wholly the old or wholly the restored ones.
    /// </summary>
    /// <exception cref="IOException">The disk refuses; nothing was changed.</exception>
    Task RestoreAsync(string directory, CancellationToken cancellation);
}
