using Flyball.Base.Codecs;
using Flyball.Base.Disk;

namespace Flyball.Metrics.Storage.Blocks;

/// <summary>
/// Appends to a file through a buffer, and keeps the checksum of what was appended since it was last taken.
/// </summary>
internal sealed class DiskAppender(IDiskFile file) : IDisposable
{
    private const int BufferBytes = 256 << 10;

    private readonly ByteBuffer _buffer = new(BufferBytes + (64 << 10));
    private long _writtenBytes;
    private RunningCrc _crc;

    /// <summary>Where the next byte goes.</summary>
    public long Position => _writtenBytes + _buffer.Length;

    public void Append(ReadOnlySpan<byte> bytes)
    {
        _crc.Add(bytes);
        _buffer.Bytes(bytes);
        if (_buffer.Length >= BufferBytes) Drain();
    }

    /// <summary>The checksum since the last call.</summary>
    public uint TakeCrc()
    {
        uint crc = _crc.Value;
        _crc = default;
        return crc;
    }

    /// <summary>Appends another file's content.</summary>
    public void AppendFile(IDiskFile source)
    {
        byte[] window = new byte[BufferBytes];
        long position = 0;
        while (true)
        {
            int read = source.Read(position, window);
            if (read == 0) return;
            Append(window.AsSpan(0, read));
            position += read;
        }
    }

    public void Drain()
    {
        if (_buffer.Length == 0) return;
        file.Write(_writtenBytes, _buffer.Written);
        _writtenBytes += _buffer.Length;
        _buffer.Clear();
    }

    /// <summary>Writes the buffer and makes all durable.</summary>
    public void Sync()
    {
        Drain();
        file.Flush();
    }

    public void Dispose() => file.Dispose();
}
