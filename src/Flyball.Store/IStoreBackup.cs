namespace Flyball.Store;

/// <summary>Copies of the whole store, taken and put back while it runs.</summary>
public interface IStoreBackup
{
    /// <summary>
    /// Writes a consistent, compact copy of the store as of now to <paramref name="file"/>, which appears only when it
    /// is complete and fsynced; readers and writers go on meanwhile.
    /// </summary>
    /// <exception cref="IOException">The copy could not be written (no space, no directory).</exception>
    Task BackupAsync(string file, CancellationToken cancellation = default);

    /// <summary>
    /// Replaces the store by a copy that <see cref="BackupAsync"/> made. The copy is checked first; writers wait while
    /// it is put in place; every watch then gets a Compacted batch. Killed at any point, the store is wholly the old or
    /// wholly the restored one.
    /// </summary>
    /// <exception cref="InvalidDataException">
    /// The file is damaged, of a newer format, or no store. Nothing was changed.
    /// </exception>
    /// <exception cref="IOException">The copy could not be staged. Nothing was changed.</exception>
    Task RestoreAsync(string file, CancellationToken cancellation = default);
}
