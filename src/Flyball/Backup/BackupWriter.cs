using System.Formats.Tar;
using System.Security.Cryptography;
using System.Text;

namespace Flyball.Backup;

/// <summary>Writes the entries of a backup, and after them the digest of each.</summary>
internal sealed class BackupWriter(Stream target) : IAsyncDisposable
{
    /// <summary>The last entry: a line <c>DIGEST  NAME</c> for each entry before it, as sha256sum writes them.</summary>
    public const string DigestsEntry = "flyball-backup-sha256";

    private readonly TarWriter tar = new(target, TarEntryFormat.Pax, leaveOpen: true);
    private readonly StringBuilder digests = new();

    public async Task AddFileAsync(string path, string name, CancellationToken cancellation)
    {
        await using FileStream content = File.OpenRead(path);
        await AddAsync(content, name, cancellation);
    }

    public async Task AddTextAsync(string name, string text, CancellationToken cancellation)
    {
        using var content = new MemoryStream(Encoding.UTF8.GetBytes(text));
        await AddAsync(content, name, cancellation);
    }

    /// <summary>Without this the archive counts as broken off.</summary>
    public Task CompleteAsync(CancellationToken cancellation) =>
        AddTextAsync(DigestsEntry, digests.ToString(), cancellation);

    public ValueTask DisposeAsync() => tar.DisposeAsync();

    private async Task AddAsync(Stream content, string name, CancellationToken cancellation)
    {
        byte[] digest = await SHA256.HashDataAsync(content, cancellation);
        content.Position = 0;
        digests.Append(Convert.ToHexStringLower(digest)).Append("  ").Append(name).Append('\n');
        await tar.WriteEntryAsync(
            new PaxTarEntry(TarEntryType.RegularFile, name) { DataStream = content }, cancellation);
    }
}
