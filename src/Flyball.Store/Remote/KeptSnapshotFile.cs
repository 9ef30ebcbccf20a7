using System.Buffers.Binary;
using System.Numerics;
using Flyball.Base.Disk;
using Flyball.Contracts.Store.Wire;
using Google.Protobuf;

namespace Flyball.Store.Remote;

/// <summary>
/// The last snapshot on disk (docs/formats/kept-snapshot.md): "FLYSNAP", a format byte, the payload's length and
/// CRC-32C (little endian), and the payload, a <see cref="KeptSnapshot"/>. Written beside and renamed, so that there is
/// always a whole one.
/// </summary>
internal sealed class KeptSnapshotFile(IDisk disk, string path)
{
    public const byte Format = 1;

    private const int HeaderBytes = 20;

    private static ReadOnlySpan<byte> Magic => "FLYSNAP"u8;

    /// <summary>
    /// Null when there is none; <paramref name="problem"/> says why one that is there cannot be used.
    /// </summary>
    public KeptSnapshot? Read(long bytesMax, out string? problem)
    {
        problem = null;
        try
        {
            if (!disk.Exists(path)) return null;
            using IDiskFile file = disk.Open(path, DiskOpenMode.Read);
            Span<byte> header = stackalloc byte[HeaderBytes];
            if (file.Read(0, header) < HeaderBytes || !header.StartsWith(Magic))
            {
                problem = "it is no snapshot";
                return null;
            }

            if (header[7] != Format)
            {
                problem = $"it has format {header[7]}, this version knows {Format}";
                return null;
            }

            return ReadPayload(file, header, bytesMax, out problem);
        }
        catch (Exception e) when (e is IOException or InvalidProtocolBufferException)
        {
            problem = e.Message;
            return null;
        }
    }

    /// <exception cref="IOException">The disk is full or failed; the file that was there still stands.</exception>
    public void Write(KeptSnapshot snapshot)
    {
        string directory = Path.GetDirectoryName(path)!;
        string unfinished = path + ".unfinished";
        disk.CreateDirectory(directory);
        byte[] payload = snapshot.ToByteArray();
        var header = new byte[HeaderBytes];
        Magic.CopyTo(header);
        header[7] = Format;
        BinaryPrimitives.WriteInt64LittleEndian(header.AsSpan(8), payload.Length);
        BinaryPrimitives.WriteUInt32LittleEndian(header.AsSpan(16), Crc32C(payload));
        using (IDiskFile file = disk.Open(unfinished, DiskOpenMode.Truncate))
        {
            file.Write(0, header);
            file.Write(HeaderBytes, payload);
            file.Flush();
        }

        disk.Rename(unfinished, path);
        disk.SyncDirectory(directory);
    }

    private static KeptSnapshot? ReadPayload(
        IDiskFile file, ReadOnlySpan<byte> header, long bytesMax, out string? problem)
    {
        problem = null;
        long length = BinaryPrimitives.ReadInt64LittleEndian(header[8..]);
        if (length != file.Length - HeaderBytes || length > Math.Min(bytesMax, Array.MaxLength))
        {
            problem = "its length is wrong";
            return null;
        }

        var payload = new byte[length];
        uint expected = BinaryPrimitives.ReadUInt32LittleEndian(header[16..]);
        if (file.Read(HeaderBytes, payload) < length || Crc32C(payload) != expected)
        {
            problem = "its checksum is wrong";
            return null;
        }

        return KeptSnapshot.Parser.ParseFrom(payload);
    }

    private static uint Crc32C(ReadOnlySpan<byte> bytes)
    {
        uint crc = uint.MaxValue;
        while (bytes.Length >= sizeof(ulong))
        {
            crc = BitOperations.Crc32C(crc, BinaryPrimitives.ReadUInt64LittleEndian(bytes));
            bytes = bytes[sizeof(ulong)..];
        }

        foreach (byte b in bytes) crc = BitOperations.Crc32C(crc, b);
        return ~crc;
    }
}
