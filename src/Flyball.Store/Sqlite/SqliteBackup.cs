using System.Security.Cryptography;
using Flyball.Base.Disk;
using Flyball.Base.Resources;
using Flyball.Base.Work;
using Flyball.Store.Committing;
using Microsoft.Data.Sqlite;

namespace Flyball.Store.Sqlite;

/// <summary>
/// Copies of the database, made by SQLite within one read transaction, and put back in steps that a crash cannot split.
/// </summary>
internal sealed class SqliteBackup(
    SqliteFiles files, SqliteStoreOptions options, WorkQueue queue, SqliteWriter writer, IWorkers workers) : IDisposable
{
    /// <summary>One at a time: both directions would fight for the disk.</summary>
    private readonly SemaphoreSlim one = new(1, 1);

    public async Task BackupAsync(string file, CancellationToken cancellation)
    {
        await one.WaitAsync(cancellation);
        try
        {
            await workers.RunAsync(() => Copy(Path.GetFullPath(file), cancellation), cancellation);
        }
        finally
        {
            one.Release();
        }
    }

    public async Task RestoreAsync(string file, CancellationToken cancellation)
    {
        await one.WaitAsync(cancellation);
        try
        {
            await workers.RunAsync(() => Stage(file), cancellation);
            await OnWriterAsync(() => writer.Restore(Ready));
        }
        finally
        {
            SqliteFiles.DeleteWithLog(files.Staged);
            one.Release();
        }
    }

    public void Dispose() => one.Dispose();

    private void Copy(string file, CancellationToken cancellation)
    {
        string unfinished = file + ".unfinished";
        SqliteFiles.DeleteWithLog(unfinished);
        try
        {
            using (SqliteConnection connection = SqliteConnections.OpenReader(files.Database, options.BusyTimeout))
            using (cancellation.Register(() => SQLitePCL.raw.sqlite3_interrupt(connection.Handle)))
            {
                // A copy without free pages, of one snapshot: writers go on, the log grows until it is done.
                connection.Execute("PRAGMA query_only = 0");
                using SqliteCommand command = connection.CreateCommand();
                command.CommandTimeout = 0;
                command.CommandText = "VACUUM INTO $file";
                command.Parameters.AddWithValue("$file", unfinished);
                command.ExecuteNonQuery();
            }

            Sync(unfinished);
            File.Move(unfinished, file, overwrite: true);
            PhysicalDisk.Instance.SyncDirectory(Path.GetDirectoryName(file)!);
        }
        catch (SqliteException e)
        {
            cancellation.ThrowIfCancellationRequested();
            throw new IOException($"The backup {file} could not be written: {SqliteFailure.Reason(e)}", e);
        }
        finally
        {
            SqliteFiles.DeleteWithLog(unfinished);
        }
    }

    /// <summary>
    /// Copies the backup beside the database and checks the copy; the backup itself is never opened for writing.
    /// </summary>
    private void Stage(string file)
    {
        SqliteFiles.DeleteWithLog(files.Staged);
        try
        {
            File.Copy(file, files.Staged, overwrite: true);
            using SqliteConnection connection =
                SqliteConnections.Open(files.Staged, SqliteOpenMode.ReadWrite, options.BusyTimeout);
            if (SqliteSchema.IsNew(connection, file))
                throw new InvalidDataException($"FATAL: {file} is empty, not a store of Flyball.");
            SqliteDatabase.Check(connection, file);
            // From here on its revisions are another history than the store's, even where the numbers are the same.
            SqliteSchema.SetMeta(connection, "history", RandomNumberGenerator.GetHexString(32, lowercase: true));
        }
        catch (SqliteException e)
        {
            throw new InvalidDataException($"FATAL: {file} is damaged or no store of Flyball: {e.Message}", e);
        }
    }

    /// <summary>
    /// The last steps, with the writer paused. Revisions and epochs go on from the higher of both sides, so that no
    /// revision names two contents and no holder from before the restore shares an epoch with one after it; the log is
    /// empty, so every watch lists again. The rename is the moment from which the restore stands.
    /// </summary>
    private void Ready(Revision current, long lastEpoch)
    {
        using (SqliteConnection connection = SqliteConnections.Open(
            files.Staged, SqliteOpenMode.ReadWrite, options.BusyTimeout))
        {
            connection.Execute(
                $"UPDATE counter SET revision = max(revision, {current.Value}) + 1, "
                + $"lease_epoch = max(lease_epoch, {lastEpoch}) + 1");
            connection.Execute("UPDATE counter SET compacted = revision");
            connection.Execute("DELETE FROM changes");
            connection.Execute("DELETE FROM leases");
        }

        Sync(files.Staged);
        File.Move(files.Staged, files.Incoming, overwrite: true);
        PhysicalDisk.Instance.SyncDirectory(files.Directory);
    }

    private static void Sync(string file)
    {
        using IDiskFile open = PhysicalDisk.Instance.Open(file, DiskOpenMode.OpenOrCreate);
        open.Flush();
    }

    private Task OnWriterAsync(Action action)
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        bool isQueued = queue.TryAddTask(() =>
        {
            try
            {
                action();
                done.SetResult();
            }
            catch (Exception e) when (e is IOException or SqliteException or InvalidDataException)
            {
                done.SetException(e);
            }
        });
        if (!isQueued) done.SetException(new ObjectDisposedException(nameof(SqliteResourceStore)));
        return done.Task;
    }
}
