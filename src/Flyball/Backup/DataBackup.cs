using System.Formats.Tar;
using System.Text;
using Flyball.Base.Ids;
using Flyball.Contracts.Metrics;
using Flyball.Hosting;
using Flyball.Store;

namespace Flyball.Backup;

/// <summary>
/// A backup of the data directory while it is in use: one tar with a consistent copy of the store, the build contexts
/// that it refers to, the metrics, and the ids of this machine's agent and gateway. Not in it: tokens (they stay with
/// the machine), and what the agent keeps about running tasks (it speaks of processes that another machine does not
/// have).
/// </summary>
internal sealed class DataBackup(DataDirectory data, IStoreBackup store, IMetricArchive metrics, IdSource ids)
{
    /// <summary>The first entry's name, and what it says: the layout of the archive.</summary>
    private const string FormatEntry = "flyball-backup";

    private const int Format = 1;

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
            await using var tar = new TarWriter(target, TarEntryFormat.Pax, leaveOpen: true);
            await AddTextAsync(tar, FormatEntry, FormattableString.Invariant($"{Format}\n"), cancellation);
            await AddFileAsync(tar, copy, StoreEntry, cancellation);
            foreach (string path in Included.SelectMany(Files))
                await AddFileAsync(tar, data.Combine(path), path, cancellation);
            // The mark tells a backup without samples from one that older versions wrote without metrics.
            await AddTextAsync(tar, MetricsEntry + "/format", FormattableString.Invariant($"{Format}\n"), cancellation);
            foreach (string path in Directory.EnumerateFiles(samples, "*", SearchOption.AllDirectories))
            {
                string name = Path.GetRelativePath(samples, path);
                await AddFileAsync(tar, path, $"{MetricsEntry}/{name}", cancellation);
            }
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
            await UnpackAsync(source, staging, cancellation);
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

    private static async Task UnpackAsync(Stream source, string staging, CancellationToken cancellation)
    {
        await using var tar = new TarReader(source, leaveOpen: true);
        bool isKnown = false;
        try
        {
            while (await tar.GetNextEntryAsync(copyData: false, cancellation) is { } entry)
            {
                if (!isKnown) await CheckFormatAsync(entry, cancellation);
                isKnown = true;
                if (entry.EntryType is not (TarEntryType.RegularFile or TarEntryType.V7RegularFile)) continue;
                string path = Path.GetFullPath(Path.Combine(staging, entry.Name));
                if (!path.StartsWith(staging + Path.DirectorySeparatorChar, StringComparison.Ordinal))
                    throw new InvalidDataException($"The backup names a file outside of itself: {entry.Name}.");
                Directory.CreateDirectory(Path.GetDirectoryName(path)!);
                await entry.ExtractToFileAsync(path, overwrite: false, cancellation);
            }
        }
        catch (Exception e) when (e is EndOfStreamException or FormatException)
        {
            throw new InvalidDataException($"The backup broke off or is damaged: {e.Message}", e);
        }

        if (!isKnown) throw new InvalidDataException("This is no backup of Flyball.");
    }

    private static async Task CheckFormatAsync(TarEntry first, CancellationToken cancellation)
    {
        if (first.Name != FormatEntry || first.DataStream is null)
            throw new InvalidDataException("This is no backup of Flyball.");
        using var reader = new StreamReader(first.DataStream, Encoding.UTF8, leaveOpen: true);
        string text = (await reader.ReadToEndAsync(cancellation)).Trim();
        if (text != Format.ToString(System.Globalization.CultureInfo.InvariantCulture))
            throw new InvalidDataException(
                $"The backup is of format {text}; this version of flyball knows format {Format}.");
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

    private static async Task AddFileAsync(TarWriter tar, string path, string name, CancellationToken cancellation)
    {
        await using FileStream content = File.OpenRead(path);
        await tar.WriteEntryAsync(
            new PaxTarEntry(TarEntryType.RegularFile, name) { DataStream = content }, cancellation);
    }

    private static async Task AddTextAsync(TarWriter tar, string name, string text, CancellationToken cancellation)
    {
        using var content = new MemoryStream(Encoding.UTF8.GetBytes(text));
        await tar.WriteEntryAsync(
            new PaxTarEntry(TarEntryType.RegularFile, name) { DataStream = content }, cancellation);
    }
}
