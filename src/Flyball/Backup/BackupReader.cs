using System.Formats.Tar;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Flyball.Backup;

/// <summary>Unpacks a backup and checks that every entry is as it was written.</summary>
internal static class BackupReader
{
    private const int DigestLength = 2 * SHA256.HashSizeInBytes;

    /// <exception cref="InvalidDataException">It is no backup, of a newer format, broken off or damaged.</exception>
    public static async Task UnpackAsync(Stream source, string staging, CancellationToken cancellation)
    {
        await using var tar = new TarReader(source, leaveOpen: true);
        int? format = null;
        var unpacked = new List<string>();
        try
        {
            while (await tar.GetNextEntryAsync(copyData: false, cancellation) is { } entry)
            {
                if (format is null)
                {
                    format = await FormatAsync(entry, cancellation);
                    continue;
                }

                if (entry.EntryType is not (TarEntryType.RegularFile or TarEntryType.V7RegularFile)) continue;
                string path = Path.GetFullPath(Path.Combine(staging, entry.Name));
                if (!path.StartsWith(staging + Path.DirectorySeparatorChar, StringComparison.Ordinal))
                    throw new InvalidDataException($"The backup names a file outside of itself: {entry.Name}.");
                Directory.CreateDirectory(Path.GetDirectoryName(path)!);
                await entry.ExtractToFileAsync(path, overwrite: false, cancellation);
                unpacked.Add(entry.Name);
            }
        }
        catch (Exception e) when (e is EndOfStreamException or FormatException)
        {
            throw new InvalidDataException($"The backup broke off or is damaged: {e.Message}", e);
        }

        if (format is null) throw new InvalidDataException("This is no backup of Flyball.");
        if (format > 1 || unpacked.Contains(BackupWriter.DigestsEntry))
            await CheckAsync(staging, unpacked, cancellation);
    }

    private static async Task<int> FormatAsync(TarEntry first, CancellationToken cancellation)
    {
        if (first.Name != DataBackup.FormatEntry || first.DataStream is null)
            throw new InvalidDataException("This is no backup of Flyball.");
        using var reader = new StreamReader(first.DataStream, Encoding.UTF8, leaveOpen: true);
        string text = (await reader.ReadToEndAsync(cancellation)).Trim();
        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int format)
            && format is > 0 and <= DataBackup.Format) return format;
        throw new InvalidDataException(
            $"The backup is of format {text}; this version of flyball knows formats up to {DataBackup.Format}.");
    }

    private static async Task CheckAsync(string staging, List<string> unpacked, CancellationToken cancellation)
    {
        string list = Path.Combine(staging, BackupWriter.DigestsEntry);
        if (unpacked.Count == 0 || unpacked[^1] != BackupWriter.DigestsEntry)
            throw new InvalidDataException("The backup broke off: its last entry is missing.");
        var digests = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (string line in await File.ReadAllLinesAsync(list, cancellation))
        {
            if (line.Length <= DigestLength + 2) throw Damaged(BackupWriter.DigestsEntry);
            digests[line[(DigestLength + 2)..]] = line[..DigestLength];
        }

        foreach (string name in unpacked.SkipLast(1))
        {
            await using FileStream content = File.OpenRead(Path.Combine(staging, name));
            string digest = Convert.ToHexStringLower(await SHA256.HashDataAsync(content, cancellation));
            if (!digests.Remove(name, out string? known) || known != digest) throw Damaged(name);
        }

        digests.Remove(DataBackup.FormatEntry);
        if (digests.Count > 0) throw Damaged(digests.Keys.Order(StringComparer.Ordinal).First());
        File.Delete(list);
    }

    private static InvalidDataException Damaged(string name) =>
        new($"The backup is damaged: {name} is not as it was written. Nothing was changed.");
}
