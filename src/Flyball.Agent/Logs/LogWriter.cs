using Microsoft.Win32.SafeHandles;

namespace Flyball.Agent.Logs;

/// <summary>
/// Appends records to the newest log file and begins the next when it is full. On opening, a record that was cut off
/// by a kill or a full disk is removed and the progress of each raw file is read back.
/// </summary>
internal sealed class LogWriter : IDisposable
{
    private readonly string directory;
    private readonly long fileBytesMax;
    private readonly int filesMax;
    private SafeFileHandle? file;
    private int number;
    private long length;

    public LogWriter(string directory, long fileBytesMax, int filesMax)
    {
        this.directory = directory;
        this.fileBytesMax = fileBytesMax;
        this.filesMax = filesMax;
        Directory.CreateDirectory(directory);
        Recover();
    }

    /// <summary>How far each raw file is in the log files.</summary>
    public SortedDictionary<StreamId, long> Consumed { get; } = [];

    /// <summary>Writes whole records in one call, so that a reader never has to join two halves.</summary>
    /// <param name="after">The progress that these records stand for; known only once they are written.</param>
    public void Append(ReadOnlySpan<byte> records, StreamId stream, long after)
    {
        if (file is null || length >= fileBytesMax) Begin(number + 1);
        RandomAccess.Write(file!, records, length);
        length += records.Length;
        Consumed[stream] = after;
    }

    /// <summary>A raw file is gone: later headers need not name it.</summary>
    public void Forget(StreamId stream) => Consumed.Remove(stream);

    public void Dispose() => file?.Dispose();

    private void Begin(int next)
    {
        SafeFileHandle fresh = File.OpenHandle(
            LogFileSet.PathOf(directory, next), FileMode.Create, FileAccess.ReadWrite,
            FileShare.ReadWrite | FileShare.Delete);
        byte[] header = LogFileHeader.Format(Consumed);
        RandomAccess.Write(fresh, header, 0);
        file?.Dispose();
        file = fresh;
        number = next;
        length = header.Length;
        List<int> numbers = LogFileSet.Numbers(directory);
        for (int i = 0; i < numbers.Count - filesMax; i++) File.Delete(LogFileSet.PathOf(directory, numbers[i]));
    }

    private void Recover()
    {
        List<int> numbers = LogFileSet.Numbers(directory);
        while (numbers.Count > 0)
        {
            int newest = numbers[^1];
            string path = LogFileSet.PathOf(directory, newest);
            byte[] bytes = File.ReadAllBytes(path);
            int complete = Scan(bytes);
            if (complete > 0)
            {
                file = File.OpenHandle(
                    path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete);
                number = newest;
                length = complete;
                if (complete < bytes.Length) RandomAccess.SetLength(file, complete);
                return;
            }

            // Killed while the file began: it holds nothing yet, and the one before is still the newest.
            File.Delete(path);
            numbers.RemoveAt(numbers.Count - 1);
        }
    }

    /// <summary>Reads the header and all records; the length of the whole ones, 0 without a whole header.</summary>
    private int Scan(ReadOnlySpan<byte> bytes)
    {
        Consumed.Clear();
        int end = bytes.IndexOf((byte)'\n');
        if (end < 0 || !LogFileHeader.TryParse(bytes[..end], Consumed)) return 0;
        int at = end + 1;
        while ((end = bytes[at..].IndexOf((byte)'\n')) >= 0)
        {
            if (!LogRecord.TryParse(bytes.Slice(at, end), out LogRecord record)) break;
            Consumed[record.Stream] = record.RawEnd;
            at += end + 1;
        }

        return at;
    }
}
