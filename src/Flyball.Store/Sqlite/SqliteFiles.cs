using Flyball.Base.Disk;

namespace Flyball.Store.Sqlite;

/// <summary>The store's files in its directory.</summary>
internal sealed class SqliteFiles(string directory)
{
    public string Directory => directory;

    public string Database { get; } = Path.Combine(directory, "store.db");

    /// <summary>Held by the one process that has the store open.</summary>
    public string Lock { get; } = Path.Combine(directory, "store.lock");

    /// <summary>A restore that is being copied and checked; left over after a crash, it is deleted.</summary>
    public string Staged { get; } = Path.Combine(directory, "store.restore-staged");

    /// <summary>
    /// A restore that is complete. From the rename that made it on, this is the store: a start that finds it puts it in
    /// the place of the database, as often as it is interrupted.
    /// </summary>
    public string Incoming { get; } = Path.Combine(directory, "store.restore-ready");

    /// <summary>Finishes a restore that was complete when the process died, and clears one that was not.</summary>
    public bool FinishRestore()
    {
        DeleteWithLog(Staged);
        if (!File.Exists(Incoming)) return false;
        // The old log first: laid beside the new database, SQLite would replay it into it.
        File.Delete(Database + "-wal");
        File.Delete(Database + "-shm");
        PhysicalDisk.Instance.SyncDirectory(Directory);
        File.Move(Incoming, Database, overwrite: true);
        PhysicalDisk.Instance.SyncDirectory(Directory);
        return true;
    }

    public static void DeleteWithLog(string database)
    {
        File.Delete(database);
        File.Delete(database + "-wal");
        File.Delete(database + "-shm");
        File.Delete(database + "-journal");
    }
}
