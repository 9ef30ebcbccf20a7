using Flyball.Base.Disk;
using Flyball.Metrics.Storage.Wal;

namespace Flyball.Metrics.Storage.Recovery;

/// <summary>
/// Hands the whole records of a file to a visitor, skips damaged bytes and reports them. Holds one window of the file
/// that is as large as its largest record, not the file.
/// </summary>
internal sealed class RecordFile(IDisk disk, RecoveryReport report)
{
    private const int WindowBytes = 1 << 20;

    private byte[] _window = new byte[WindowBytes];
    private int _start;
    private int _end;
    private long _fileOffset;

    /// <summary>A record's type and payload.</summary>
    public delegate void Visit(RecordType type, ReadOnlySpan<byte> payload);

    /// <summary>Calls the visitor for each whole record, in order.</summary>
    public void Read(string path, Visit visit)
    {
        using IDiskFile file = disk.Open(path, DiskOpenMode.Read);
        (_start, _end, _fileOffset) = (0, 0, 0);
        long damagedFrom = -1;
        while (Ensure(file, 1))
        {
            int size = TryNext(file, out RecordType type, out ReadOnlySpan<byte> payload);
            if (size > 0)
            {
                ReportDamage(path, ref damagedFrom, Position, "in the middle");
                report.WalRecords++;
                visit(type, payload);
            }
            else if (damagedFrom < 0)
            {
                damagedFrom = Position;
            }

            _start += size > 0 ? size : Math.Max(1, NextMagic());
        }

        ReportDamage(path, ref damagedFrom, Position, "at its end");
    }

    private long Position => _fileOffset - (_end - _start);

    private Span<byte> Rest => _window.AsSpan(_start, _end - _start);

    private int TryNext(IDiskFile file, out RecordType type, out ReadOnlySpan<byte> payload)
    {
        type = default;
        payload = default;
        if (!Ensure(file, RecordFrame.HeaderBytes)) return 0;
        int claimed = RecordFrame.ClaimedSize(Rest);
        return claimed > 0 && Ensure(file, claimed) ? RecordFrame.TryRead(Rest, out type, out payload) : 0;
    }

    /// <summary>How far the next byte that may start a record is.</summary>
    private int NextMagic()
    {
        int found = Rest[1..].IndexOf(RecordFrame.MagicFirst);
        return found < 0 ? Rest.Length : found + 1;
    }

    private void ReportDamage(string path, ref long from, long to, string place)
    {
        if (from < 0) return;
        report.DroppedBytes += to - from;
        report.Lose($"{Path.GetFileName(path)}: {to - from} damaged bytes {place}, from byte {from}.");
        from = -1;
    }

    /// <summary>Whether the window holds so many bytes from the position on; reads and grows as needed.</summary>
    private bool Ensure(IDiskFile file, int count)
    {
        if (_end - _start >= count) return true;
        if (_fileOffset + count - (_end - _start) > file.Length) return false;
        Rest.CopyTo(_window);
        (_start, _end) = (0, _end - _start);
        if (_window.Length < count) Array.Resize(ref _window, count);
        int read = file.Read(_fileOffset, _window.AsSpan(_end));
        _fileOffset += read;
        _end += read;
        return _end >= count;
    }
}
