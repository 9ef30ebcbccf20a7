namespace Flyball.Base.Disk;

/// <summary>
/// The file system as our own write-ahead logs and snapshots use it: few, explicit operations, so that the simulator
/// can lose unflushed writes, tear and flip bytes, and fill up. All calls block; callers run on their own thread or
/// through <see cref="Work.IWorkers"/>. Failures are <see cref="IOException"/>.
/// </summary>
public interface IDisk
{
    /// <summary>Opens a file for reading and writing; creates it when <paramref name="mode"/> allows.</summary>
    IDiskFile Open(string path, DiskOpenMode mode);

    bool Exists(string path);

    /// <summary>Deletes a file; deleting what is absent is no error.</summary>
    void Delete(string path);

    /// <summary>
    /// Renames atomically over whatever stood at <paramref name="to"/>; durable after <see cref="SyncDirectory"/>.
    /// </summary>
    void Rename(string from, string to);

    void CreateDirectory(string path);

    /// <summary>File names (not paths) in a directory, in ordinal order; empty when the directory is absent.</summary>
    IReadOnlyList<string> List(string directory);

    /// <summary>Makes creations, renames and deletions in the directory durable.</summary>
    void SyncDirectory(string directory);
}
