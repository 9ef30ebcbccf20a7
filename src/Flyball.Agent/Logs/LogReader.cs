using System.Runtime.CompilerServices;
using System.Text;
using Flyball.Base.Work;
using Flyball.Contracts.Agent;
using Microsoft.Win32.SafeHandles;

namespace Flyball.Agent.Logs;

/// <summary>
/// Reads lines back from an allocation's log files: the last n, those since a time, and what follows.
/// </summary>
internal sealed class LogReader(string directory, TimeProvider time, IWorkers workers)
{
    /// <summary>Between looks for new lines while following.</summary>
    private static readonly TimeSpan FollowInterval = TimeSpan.FromMilliseconds(100);

    private const int BlockBytes = 128 * 1024;

    /// <param name="ended">True once no more lines will come; following ends after the last.</param>
    public async IAsyncEnumerable<LogLine> ReadAsync(
        LogRequest request, Func<bool> ended, [EnumeratorCancellation] CancellationToken cancellation)
    {
        Position position = await workers.RunAsync(() => Start(request.TailLines), cancellation);
        while (true)
        {
            // Asked before reading: what was written before the end is then surely read.
            bool last = !request.Follow || ended();
            (List<LogLine> lines, Position next) = await workers.RunAsync(() => ReadBlock(position), cancellation);
            foreach (LogLine line in lines)
            {
                if (request.SinceUnixMs is not { } since || line.AtUnixMs >= since) yield return line;
            }

            if (next == position)
            {
                if (last) yield break;
                await Task.Delay(FollowInterval, time, cancellation);
            }

            position = next;
        }
    }

    /// <summary>The last lines of standard error, or of all output when there is none, for an exit's message.</summary>
    public string ReadLastWords(int attempt)
    {
        Position position = Start(LastWords.LinesMax);
        var words = new List<string>();
        var errors = new List<string>();
        while (true)
        {
            Position before = position;
            position = Read(position, (in LogRecord record) =>
            {
                if (record.Stream.Attempt != attempt) return;
                string text = Encoding.UTF8.GetString(record.Text).Trim();
                if (text.Length > 0) (record.Stream.IsError ? errors : words).Add(text);
            });
            if (position == before) break;
        }

        return LastWords.Cut((errors.Count > 0 ? errors : words).LastOrDefault() ?? "");
    }

    private (List<LogLine> Lines, Position Next) ReadBlock(Position position)
    {
        var lines = new List<LogLine>();
        Position next = Read(position, (in LogRecord record) =>
            lines.Add(new LogLine(record.AtUnixMs, record.Stream.IsError, Encoding.UTF8.GetString(record.Text))));
        return (lines, next);
    }

    private delegate void OnRecord(in LogRecord record);

    private Position Read(Position position, OnRecord use)
    {
        List<int> numbers = LogFileSet.Numbers(directory);
        if (numbers.Count == 0) return position;

        // Rotation may have removed the file: what is oldest now comes next.
        int index = numbers.FindIndex(n => n >= position.File);
        if (index < 0) return position;
        if (numbers[index] != position.File) position = new Position(numbers[index], 0);
        byte[] block = ReadFile(position, BlockBytes);
        int used = 0;
        int end;
        while ((end = block.AsSpan(used).IndexOf((byte)'\n')) >= 0)
        {
            if (LogRecord.TryParse(block.AsSpan(used, end), out LogRecord record)) use(in record);
            used += end + 1;
        }

        if (used > 0) return position with { Offset = position.Offset + used };
        return index + 1 < numbers.Count ? new Position(numbers[index + 1], 0) : position;
    }

    /// <summary>Where reading begins: so many lines before the end, found backwards block by block.</summary>
    private Position Start(int? tailLines)
    {
        List<int> numbers = LogFileSet.Numbers(directory);
        if (tailLines is not { } wanted || numbers.Count == 0) return default;
        int seen = 0;
        for (int i = numbers.Count - 1; i >= 0; i--)
        {
            long length = Length(numbers[i]);
            for (long end = length; end > 0;)
            {
                long begin = Math.Max(0, end - BlockBytes);
                byte[] block = ReadFile(new Position(numbers[i], begin), (int)(end - begin));
                for (int at = block.Length - 1; at >= 0; at--)
                {
                    if (block[at] != (byte)'\n' || seen++ < wanted) continue;
                    return new Position(numbers[i], begin + at + 1);
                }

                end = begin;
            }

            // The header line's end was counted, but it is no line of the task.
            seen--;
        }

        return default;
    }

    private byte[] ReadFile(Position position, int count)
    {
        try
        {
            using SafeFileHandle file = File.OpenHandle(
                LogFileSet.PathOf(directory, position.File), FileMode.Open, FileAccess.Read,
                FileShare.ReadWrite | FileShare.Delete);
            var block = new byte[Math.Max(0, Math.Min(count, RandomAccess.GetLength(file) - position.Offset))];
            int read = RandomAccess.Read(file, block, position.Offset);
            return read == block.Length ? block : block[..read];
        }
        catch (FileNotFoundException)
        {
            return [];
        }
    }

    private long Length(int number)
    {
        var info = new FileInfo(LogFileSet.PathOf(directory, number));
        return info.Exists ? info.Length : 0;
    }

    private readonly record struct Position(int File, long Offset);
}
