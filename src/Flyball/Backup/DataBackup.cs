using Flyball.Base.Ids;
using Flyball.Contracts.Metrics;
using Flyball.Hosting;
using Flyball.Store;

namespace Flyball.Backup;

/// <summary>
/// A backup of the data directory while it is in use: one tar with a consistent copy of the store, the build contexts
/// that it refers to, the metrics, and the ids of this machine's agent and gateway. Not in it: tokens (they stay with
/// the machine), and what the agent keeps about running tasks (it speaks of processes that another machine does not
/// have). The last entry names the SHA-256 of every other, so that a damaged copy is refused.
/// </summary>
internal sealed class DataBackup(DataDirectory data, IStoreBackup store, IMetricArchive metrics, IdSource ids)
{
    /// <summary>The first entry's name, and what it says: the layout of the archive.</summary>
    public const string FormatEntry = "flyball-backup";

    /// <summary>The format that is written; archives of format 1 have no digests.</summary>
    public const int Format = 2;

    private const string StoreEntry = "store.db";

    private const string MetricsEntry = "metrics";

    /// <summary>Folders and files beside the store, relative to the data directory.</summary>
    private static readonly string[] Included = ["blobs", "agent/node-id", "gateway/gateway-id"];

    /// <summary>
    /// Writes the archive; the store is copied first, so that every context it names is on disk by then.
    /// </summary>
    public async Task WriteAsync(Stream target, CancellationToken cancellation)
    {
        string copy = data.Combine($"backup-{ids.Next()}.tmp");
        string samples = data.Combine($"backup-{ids.Next()}.tmp");
        try
        {
            Directory.CreateDirectory(samples);
            await metrics.WriteAsync(samples, cancellation);
            await store.BackupAsync(copy, cancellation);
            await using var tar = new BackupWriter(target);
            await tar.AddTextAsync(FormatEntry, FormattableString.Invariant($"{Format}\n"), cancellation);
            await tar.AddFileAsync(copy, StoreEntry, cancellation);
            foreach (string path in Included.SelectMany(Files))
                await tar.AddFileAsync(data.Combine(path), path, cancellation);
            // The mark tells a backup without samples from one that older versions wrote without metrics.
            await tar.AddTextAsync(MetricsEntry + "/format", "1\n", cancellation);
            foreach (string path in Directory.EnumerateFiles(samples, "*", SearchOption.AllDirectories))
            {
                string name = Path.GetRelativePath(samples, path);
                await tar.AddFileAsync(path, $"{MetricsEntry}/{name}", cancellation);
            }

            await tar.CompleteAsync(cancellation);
        }
        finally
        {
            File.Delete(copy);
            if (Directory.Exists(samples)) Directory.Delete(samples, recursive: true);
        }
    }

    /// <summary>
    /// Puts an archive's contents in place of what is here. Everything is unpacked beside the data and checked first;
    /// build contexts are only ever added; the store changes in one atomic step, then the metrics in another.
    /// </summary>
    /// <returns>Null, or why the metrics stayed as they were although the store was restored.</returns>
    /// <exception cref="InvalidDataException">
    /// It is no backup, of a newer format, or damaged. Nothing was changed.
    /// </exception>
    /// <exception cref="IOException">The disk refuses. Nothing was changed.</exception>
    public async Task<string?> RestoreAsync(Stream source, CancellationToken cancellation)
    {
        string staging = data.Combine($"restore-{ids.Next()}.tmp");
        Directory.CreateDirectory(staging);
        try
        {
            await BackupReader.UnpackAsync(source, staging, cancellation);
            string stored = Path.Combine(staging, StoreEntry);
            if (!File.Exists(stored))
                throw new InvalidDataException("The backup has no store in it: it broke off, or is no backup.");
            string samples = Path.Combine(staging, MetricsEntry);
            bool hasMetrics = Directory.Exists(samples);
            if (hasMetrics) await metrics.CheckAsync(samples, cancellation);
            MoveContexts(staging);
            await store.RestoreAsync(stored, cancellation);
            return hasMetrics ? await RestoreMetricsAsync(samples) : null;
        }
        finally
        {
            Directory.Delete(staging, recursive: true);
        }
    }

    private async Task<string?> RestoreMetricsAsync(string samples)
    {
        try
        {
            File.Delete(Path.Combine(samples, "format"));
            await metrics.RestoreAsync(samples, CancellationToken.None);
            return null;
        }
        catch (IOException e)
        {
            return e.Message;
        }
    }

    /// <summary>Removes what an earlier process was killed in the middle of.</summary>
    public static void RemoveLeftOvers(DataDirectory data)
    {
        foreach (string file in Directory.EnumerateFiles(data.Path, "backup-*.tmp")) File.Delete(file);
        foreach (string pattern in new[] { "backup-*.tmp", "restore-*.tmp" })
        {
            foreach (string folder in Directory.EnumerateDirectories(data.Path, pattern))
                Directory.Delete(folder, recursive: true);
        }
    }

    private IEnumerable<string> Files(string path)
    {
        string full = data.Combine(path);
        if (File.Exists(full)) return [path];
        return Directory.Exists(full)
            ? Directory.EnumerateFiles(full, "*", SearchOption.AllDirectories)
                .Where(file => !file.EndsWith(".tmp", StringComparison.Ordinal))
                .Select(file => Path.GetRelativePath(data.Path, file)).Order(StringComparer.Ordinal)
            : [];
    }

    /// <summary>Contexts are named by their digests, so one that is here already is the same.</summary>
    private void MoveContexts(string staging)
    {
        string blobs = Path.Combine(staging, "blobs");
        if (!Directory.Exists(blobs)) return;
        foreach (string file in Directory.EnumerateFiles(blobs, "*", SearchOption.AllDirectories))
        {
            string target = data.Combine(Path.GetRelativePath(staging, file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            if (!File.Exists(target)) File.Move(file, target);
        }
    }
}
