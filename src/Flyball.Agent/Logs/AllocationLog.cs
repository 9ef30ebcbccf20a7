using System.Buffers;

namespace Flyball.Agent.Logs;

/// <summary>
/// The captured output of one process allocation: raw files that the task writes, log files that people read. Used by
/// one thread at a time, which the lock sees to.
/// </summary>
internal sealed class AllocationLog : IDisposable
{
    private readonly Lock gate = new();
    private readonly SortedDictionary<StreamId, RawStream> streams = [];
    private readonly ArrayBufferWriter<byte> records = new(64 * 1024);
    private readonly LogWriter writer;
    private bool disposed;

    public AllocationLog(string directory, long fileBytesMax, int filesMax)
    {
        RawDirectory = Path.Combine(directory, "raw");
        LogDirectory = Path.Combine(directory, "logs");
        Directory.CreateDirectory(RawDirectory);
        writer = new LogWriter(LogDirectory, fileBytesMax, filesMax);
        foreach (string path in Directory.EnumerateFiles(RawDirectory))
        {
            if (StreamId.TryParse(Path.GetFileName(path), out StreamId id)) Follow(id);
        }
    }

    public string RawDirectory { get; }

    public string LogDirectory { get; }

    /// <summary>Makes the raw files of an attempt, so that a full disk shows before the task starts.</summary>
    public (string Out, string Error) Begin(int attempt)
    {
        lock (gate)
        {
            var output = new StreamId(attempt, false);
            var error = new StreamId(attempt, true);
            foreach (StreamId id in (ReadOnlySpan<StreamId>)[output, error])
            {
                File.OpenHandle(PathOf(id), FileMode.OpenOrCreate, FileAccess.ReadWrite,
                    FileShare.ReadWrite | FileShare.Delete).Dispose();
                Follow(id);
            }

            return (PathOf(output), PathOf(error));
        }
    }

    /// <summary>
    /// Moves what tasks wrote into the log files; true when some file system cannot free what was read.
    /// </summary>
    public bool Pump(long nowUnixMs)
    {
        lock (gate)
        {
            if (disposed) return false;
            bool cannotPunch = false;
            foreach (RawStream stream in streams.Values)
            {
                Drain(stream, nowUnixMs, last: false);
                cannotPunch |= stream.CannotPunch;
            }

            return cannotPunch;
        }
    }

    /// <summary>
    /// The attempt and all before it are over: the rest is moved, unfinished lines too, and the raw files go.
    /// </summary>
    public void Finish(int attempt, long nowUnixMs)
    {
        lock (gate)
        {
            if (disposed) return;
            foreach (RawStream stream in streams.Values.Where(s => s.Id.Attempt <= attempt).ToArray())
            {
                Drain(stream, nowUnixMs, last: true);
                stream.Delete();
                streams.Remove(stream.Id);
                writer.Forget(stream.Id);
            }
        }
    }

    public void Dispose()
    {
        lock (gate)
        {
            disposed = true;
            foreach (RawStream stream in streams.Values) stream.Dispose();
            writer.Dispose();
        }
    }

    private void Follow(StreamId id)
    {
        if (!streams.ContainsKey(id))
            streams.Add(id, new RawStream(id, PathOf(id), writer.Consumed.GetValueOrDefault(id)));
    }

    private void Drain(RawStream stream, long nowUnixMs, bool last)
    {
        bool more = true;
        while (more)
        {
            records.ResetWrittenCount();
            more = stream.Read(records, nowUnixMs, last);
            if (records.WrittenCount == 0) break;
            writer.Append(records.WrittenSpan, stream.Id, stream.Consumed);
        }

        stream.Free();
    }

    private string PathOf(StreamId id) => Path.Combine(RawDirectory, id.FileName);
}
