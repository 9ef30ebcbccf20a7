using System.Buffers;
using Flyball.Agent.Drivers.Process;
using Microsoft.Win32.SafeHandles;

namespace Flyball.Agent.Logs;

/// <summary>
/// Reads what a task appended to a raw file and frees the disk blocks of what was read, without ever touching the
/// file's length: the task writes with O_APPEND, and truncating under it would lose lines.
/// </summary>
internal sealed class RawStream(StreamId id, string path, long consumed) : IDisposable
{
    /// <summary>A longer line is cut into several, so that one line never needs unbounded memory.</summary>
    public const int LineBytesMax = 64 * 1024;

    /// <summary>Read at a time, and at most in one pass: other streams get their turn.</summary>
    private const int ChunkBytes = 256 * 1024;

    /// <summary>Freed at a time; the kernel frees whole blocks only.</summary>
    private const long PunchBytes = 1024 * 1024;
    private const long BlockBytes = 4096;

    /// <summary>
    /// A line without its end is shown when nothing followed it for so long: a prompt, or the last of all.
    /// </summary>
    private const long QuietMs = 1_000;

    private SafeFileHandle? file;
    private long punched;
    private long endSeen;
    private long endSeenUnixMs;
    private bool isCut;

    public StreamId Id => id;

    /// <summary>Everything before this offset is in the log files.</summary>
    public long Consumed { get; private set; } = consumed;

    /// <summary>The file system cannot free parts of a file: the raw file grows until the attempt ends.</summary>
    public bool CannotPunch { get; private set; }

    /// <summary>
    /// Appends records of complete lines to <paramref name="output"/>; true when there may be more to read now.
    /// </summary>
    /// <param name="last">The task has exited: a line without an end is complete too.</param>
    public bool Read(IBufferWriter<byte> output, long nowUnixMs, bool last)
    {
        file ??= File.Exists(path)
            ? File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete) : null;
        if (file is null) return false;
        long available = RandomAccess.GetLength(file) - Consumed;
        if (available <= 0) return false;
        byte[] chunk = ArrayPool<byte>.Shared.Rent(ChunkBytes);
        try
        {
            int read = RandomAccess.Read(file, chunk.AsSpan(0, (int)Math.Min(ChunkBytes, available)), Consumed);
            bool whole = last || IsQuiet(nowUnixMs, Consumed + available);
            int used = Split(chunk.AsSpan(0, read), output, nowUnixMs, whole && read == available);
            Consumed += used;
            return used > 0 && used < available;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(chunk);
        }
    }

    /// <summary>Gives back the blocks of what is safely in the log files.</summary>
    public void Free()
    {
        long through = Consumed / BlockBytes * BlockBytes;
        if (file is null || CannotPunch || through - punched < PunchBytes) return;
        CannotPunch = LibC.FAllocate(file, LibC.PunchHole, 0, through) != 0;
        punched = through;
    }

    /// <summary>The attempt is over and everything was read: the raw file goes.</summary>
    public void Delete()
    {
        Dispose();
        File.Delete(path);
    }

    public void Dispose()
    {
        file?.Dispose();
        file = null;
    }

    private bool IsQuiet(long nowUnixMs, long end)
    {
        if (end == endSeen) return nowUnixMs - endSeenUnixMs >= QuietMs;
        endSeen = end;
        endSeenUnixMs = nowUnixMs;
        return false;
    }

    private int Split(ReadOnlySpan<byte> bytes, IBufferWriter<byte> output, long nowUnixMs, bool last)
    {
        // The end of a line that was shown before it came is not a line of its own.
        int at = isCut && bytes is [(byte)'\n', ..] ? 1 : 0;
        isCut = false;
        while (at < bytes.Length)
        {
            ReadOnlySpan<byte> rest = bytes[at..];
            int end = rest[..Math.Min(rest.Length, LineBytesMax)].IndexOf((byte)'\n');
            int taken;
            ReadOnlySpan<byte> text;
            if (end >= 0)
            {
                taken = end + 1;
                text = rest[..end];
                if (text is [.., (byte)'\r']) text = text[..^1];
            }
            else if (rest.Length >= LineBytesMax || last)
            {
                taken = Math.Min(rest.Length, LineBytesMax);
                text = rest[..taken];
                isCut = rest.Length < LineBytesMax;
            }
            else
            {
                break;
            }

            at += taken;
            new LogRecord { AtUnixMs = nowUnixMs, Stream = id, RawEnd = Consumed + at, Text = text }.WriteTo(output);
        }

        return at;
    }
}
