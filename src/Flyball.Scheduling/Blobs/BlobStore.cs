using System.Buffers;
using System.Security.Cryptography;
using Flyball.Base.Disk;
using Flyball.Base.Ids;
using Flyball.Base.Work;
using Flyball.Contracts.Scheduling;

namespace Flyball.Scheduling.Blobs;

/// <summary>
/// Build contexts and other contents as files named by their SHA-256. A blob appears under its name only when all its
/// bytes are durable and their digest is the name's, so whoever finds one may use it unchecked.
/// </summary>
internal sealed class BlobStore(SchedulingOptions options, IDisk disk, IWorkers workers, IdSource ids)
    : IBuildContexts, IBlobs
{
    private const string TemporaryPrefix = "upload-";
    private const int ChunkBytes = 128 * 1024;

    private readonly string folder = Path.Combine(options.DataDirectory, "blobs");

    /// <summary>Creates the folder and removes what uploads left behind that a crash cut off.</summary>
    public Task PrepareAsync(CancellationToken cancellation) => workers.RunAsync(
        () =>
        {
            disk.CreateDirectory(folder);
            foreach (string name in disk.List(folder))
                if (name.StartsWith(TemporaryPrefix, StringComparison.Ordinal)) disk.Delete(Path.Combine(folder, name));
        },
        cancellation);

    public Task<bool> ExistsAsync(string digest, CancellationToken cancellation) =>
        workers.RunAsync(() => BlobDigest.IsValid(digest) && disk.Exists(PathOf(digest)), cancellation);

    public async ValueTask<Stream?> OpenAsync(string digest, CancellationToken cancellation = default)
    {
        if (!await ExistsAsync(digest, cancellation)) return null;
        IDiskFile file = await workers.RunAsync(() => disk.Open(PathOf(digest), DiskOpenMode.Read), cancellation);
        return new DiskFileStream(file, workers);
    }

    public async ValueTask<string?> KeepAsync(
        ReadOnlyMemory<byte> content, CancellationToken cancellation = default)
    {
        string digest = BlobDigest.Prefix + Convert.ToHexStringLower(SHA256.HashData(content.Span));
        if (await ExistsAsync(digest, cancellation)) return digest;
        using var body = new MemoryStream(content.ToArray(), writable: false);
        return await PutAsync(digest, body, cancellation) == BlobOutcome.Stored ? digest : null;
    }

    /// <param name="digest">A valid digest.</param>
    /// <param name="body">Read to its end, or to one byte past the bound.</param>
    /// <param name="cancellation">Ends the upload; nothing is kept then.</param>
    public async Task<BlobOutcome> PutAsync(string digest, Stream body, CancellationToken cancellation)
    {
        string temporary = Path.Combine(folder, TemporaryPrefix + ids.Next());
        bool isStored = false;
        try
        {
            BlobOutcome outcome = await WriteAsync(temporary, digest, body, cancellation);
            if (outcome != BlobOutcome.Stored) return outcome;
            await workers.RunAsync(
                () =>
                {
                    disk.Rename(temporary, PathOf(digest));
                    disk.SyncDirectory(folder);
                },
                cancellation);
            isStored = true;
            return BlobOutcome.Stored;
        }
        catch (DiskRefusedException)
        {
            return BlobOutcome.DiskFailed;
        }
        finally
        {
            if (!isStored) await workers.RunAsync(() => disk.Delete(temporary), CancellationToken.None);
        }
    }

    public Task<IReadOnlyList<string>> ListAsync(CancellationToken cancellation) =>
        workers.RunAsync<IReadOnlyList<string>>(
        () => [.. disk.List(folder).Select(BlobDigest.OfFileName).OfType<string>()], cancellation);

    public Task DeleteAsync(string digest, CancellationToken cancellation) =>
        workers.RunAsync(() => disk.Delete(PathOf(digest)), cancellation);

    private async Task<BlobOutcome> WriteAsync(string path, string digest, Stream body, CancellationToken cancellation)
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        using IDiskFile file = await OnDiskAsync(() => disk.Open(path, DiskOpenMode.Truncate), cancellation);
        byte[] buffer = ArrayPool<byte>.Shared.Rent(ChunkBytes);
        try
        {
            long length = 0;
            int read;
            while ((read = await body.ReadAsync(buffer.AsMemory(0, ChunkBytes), cancellation)) > 0)
            {
                if (length + read > options.BlobBytesMax) return BlobOutcome.TooLarge;
                hash.AppendData(buffer, 0, read);
                long offset = length;
                await OnDiskAsync(() => Write(file, offset, buffer.AsSpan(0, read)), cancellation);
                length += read;
            }

            if (BlobDigest.Prefix + Convert.ToHexStringLower(hash.GetHashAndReset()) != digest)
                return BlobOutcome.DigestMismatch;
            await OnDiskAsync(() => Flush(file), cancellation);
            return BlobOutcome.Stored;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static bool Write(IDiskFile file, long offset, ReadOnlySpan<byte> bytes)
    {
        file.Write(offset, bytes);
        return true;
    }

    private static bool Flush(IDiskFile file)
    {
        file.Flush();
        return true;
    }

    /// <summary>Tells the disk's failures from the network's: both are IOException otherwise.</summary>
    private async Task<T> OnDiskAsync<T>(Func<T> work, CancellationToken cancellation)
    {
        try
        {
            return await workers.RunAsync(work, cancellation);
        }
        catch (IOException e)
        {
            throw new DiskRefusedException(e);
        }
    }

    private string PathOf(string digest) => Path.Combine(folder, BlobDigest.FileName(digest));

    private sealed class DiskRefusedException(IOException inner) : Exception(inner.Message, inner);
}
