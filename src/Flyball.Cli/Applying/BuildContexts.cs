using System.Formats.Tar;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Flyball.Cli.Connecting;
using Flyball.Cli.Output;

namespace Flyball.Cli.Applying;

/// <summary>
/// Packs a build context into a tar whose bytes depend on its content only (sorted, no times, no owners), so that an
/// unchanged context has the same digest and is not uploaded again. GNU's format: .NET writes its process id into each
/// header of the Pax format.
/// </summary>
internal sealed class BuildContexts(ApiClient client)
{
    /// <summary>A context at most; the server has the same bound.</summary>
    public const long ContextBytesMax = 2L * 1024 * 1024 * 1024;

    /// <param name="build">As the server described it: an inline Dockerfile is added under the name it gives.</param>
    public async Task<string> UploadAsync(
        string service, string folder, JsonElement build, Action<string> tell, CancellationToken cancellation)
    {
        if (!Directory.Exists(folder))
            throw new CommandFailure($"services.{service}.build: the folder {folder} does not exist.");
        string temporary = Path.GetTempFileName();
        try
        {
            await PackAsync(folder, temporary, build, cancellation);
            string digest;
            await using (FileStream packed = File.OpenRead(temporary))
                digest = "sha256:" + Convert.ToHexStringLower(await SHA256.HashDataAsync(packed, cancellation));
            if (await ExistsAsync(digest, cancellation)) return digest;
            tell(string.Create(CultureInfo.InvariantCulture,
                $"  {service}: uploading {Words.Bytes(new FileInfo(temporary).Length)} of build context"));
            await using FileStream upload = File.OpenRead(temporary);
            using var content = new StreamContent(upload);
            using HttpResponseMessage answer = await client.StreamAsync(
                HttpMethod.Put, "/blobs/" + digest, content, cancellation);
            return digest;
        }
        finally
        {
            File.Delete(temporary);
        }
    }

    private async Task<bool> ExistsAsync(string digest, CancellationToken cancellation)
    {
        try
        {
            using HttpResponseMessage found = await client.StreamAsync(
                HttpMethod.Head, "/blobs/" + digest, null, cancellation);
            return true;
        }
        catch (CommandFailure failure) when (failure.ExitCode == ExitCodes.NotFound)
        {
            return false;
        }
    }

    internal static async Task PackAsync(string folder, string into, JsonElement build, CancellationToken cancellation)
    {
        DockerIgnore ignore = DockerIgnore.Read(folder);
        long bytes = 0;
        await using var writer = new TarWriter(File.Create(into), TarEntryFormat.Gnu);
        foreach (string path in Directory.EnumerateFileSystemEntries(folder, "*", SearchOption.AllDirectories)
            .Order(StringComparer.Ordinal))
        {
            string name = Path.GetRelativePath(folder, path).Replace(Path.DirectorySeparatorChar, '/');
            if (ignore.Excludes(name)) continue;
            var info = new FileInfo(path);
            var entry = new GnuTarEntry(Kind(info), name)
            {
                Mode = File.GetUnixFileMode(path) & (UnixFileMode)0b111_111_111,
                ModificationTime = DateTimeOffset.UnixEpoch,
            };
            if (entry.EntryType == TarEntryType.SymbolicLink) entry.LinkName = info.LinkTarget!;
            if (entry.EntryType == TarEntryType.RegularFile)
            {
                bytes += info.Length;
                if (bytes > ContextBytesMax)
                    throw new CommandFailure($"{folder} holds more than {Words.Bytes(ContextBytesMax)}; list what is not needed in .dockerignore.");
                entry.DataStream = File.OpenRead(path);
            }

            await writer.WriteEntryAsync(entry, cancellation);
            if (entry.DataStream is { } data) await data.DisposeAsync();
        }

        if (build.Text("dockerfileInline") is not { } dockerfile) return;
        using var text = new MemoryStream(Encoding.UTF8.GetBytes(dockerfile));
        await writer.WriteEntryAsync(
            new GnuTarEntry(TarEntryType.RegularFile, build.Text("dockerfile")!)
            {
                DataStream = text,
                ModificationTime = DateTimeOffset.UnixEpoch,
            }, cancellation);
    }

    private static TarEntryType Kind(FileInfo info) =>
        info.LinkTarget is not null ? TarEntryType.SymbolicLink
        : (info.Attributes & FileAttributes.Directory) != 0 ? TarEntryType.Directory
        : TarEntryType.RegularFile;
}
