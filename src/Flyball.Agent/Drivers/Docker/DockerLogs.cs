using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using Docker.DotNet;
using Docker.DotNet.Models;
using Flyball.Agent.Logs;
using Flyball.Contracts.Agent;

namespace Flyball.Agent.Drivers.Docker;

/// <summary>
/// Reads a container's output from the engine, which keeps it. Following goes on over restarts of the container and of
/// the engine: it resumes after the last timestamp that was seen.
/// </summary>
internal sealed class DockerLogs(DockerEngine engine, string container, TimeProvider time)
{
    private static readonly TimeSpan ResumeDelay = TimeSpan.FromMilliseconds(300);

    public async IAsyncEnumerable<LogLine> ReadAsync(
        LogRequest request, [EnumeratorCancellation] CancellationToken cancellation)
    {
        string? since = request.SinceUnixMs is { } ms ? UnixSeconds(ms) : null;
        string tail = request.TailLines is { } lines ? lines.ToString(CultureInfo.InvariantCulture) : "all";
        string newest = "";
        string resumeAfter = "";
        while (true)
        {
            MultiplexedStream? stream = await OpenAsync(since, tail, request.Follow, cancellation);
            if (stream is null) yield break;
            using (stream)
            {
                var splitter = new LineSplitter();
                bool more = true;
                while (more)
                {
                    more = await ReadAsync(stream, splitter, cancellation);
                    while (splitter.TryTake(out bool isError, out string stamp, out string text))
                    {
                        // After a resumption the engine repeats what was written in the same instant.
                        if (resumeAfter.Length > 0 && string.CompareOrdinal(stamp, resumeAfter) <= 0) continue;
                        if (string.CompareOrdinal(stamp, newest) > 0) newest = stamp;
                        yield return new LogLine(Time(stamp), isError, text);
                    }
                }
            }

            if (!request.Follow) yield break;
            if (newest.Length > 0)
            {
                resumeAfter = newest;
                since = UnixSeconds(newest);
                tail = "all";
            }

            await Task.Delay(ResumeDelay, time, cancellation);
        }
    }

    /// <summary>
    /// The last line of standard error since a time, or of all output when there is none, for an exit's message; empty
    /// when the engine cannot tell.
    /// </summary>
    public async ValueTask<string> LastWordsAsync(long? sinceUnixMs, CancellationToken cancellation)
    {
        string error = "";
        string output = "";
        try
        {
            var newest = new LogRequest(LastWords.LinesMax, sinceUnixMs);
            await foreach (LogLine line in ReadAsync(newest, cancellation))
            {
                if (string.IsNullOrWhiteSpace(line.Text)) continue;
                if (line.IsError) error = line.Text;
                else output = line.Text;
            }
        }
        catch (Exception e) when (e is DockerApiException || DockerEngine.IsAway(e))
        {
            // How it ended is worth telling without its words.
        }

        return LastWords.Cut(error.Length > 0 ? error : output);
    }

    private async Task<MultiplexedStream?> OpenAsync(
        string? since, string tail, bool follow, CancellationToken cancellation)
    {
        while (true)
        {
            try
            {
                return await engine.Streams.Containers.GetContainerLogsAsync(
                    container,
                    new ContainerLogsParameters
                    {
                        ShowStdout = true, ShowStderr = true, Timestamps = true, Follow = follow, Tail = tail, Since =
                            since,
                    },
                    cancellation);
            }
            catch (DockerContainerNotFoundException)
            {
                return null;
            }
            catch (Exception e) when (follow && DockerEngine.IsAway(e) && !cancellation.IsCancellationRequested)
            {
                await Task.Delay(ResumeDelay, time, cancellation);
            }
        }
    }

    private static async Task<bool> ReadAsync(
        MultiplexedStream stream, LineSplitter splitter, CancellationToken cancellation)
    {
        var buffer = new byte[16 * 1024];
        try
        {
            MultiplexedStream.ReadResult read = await stream.ReadOutputAsync(buffer, 0, buffer.Length, cancellation);
            if (read.EOF)
            {
                splitter.End();
                return false;
            }

            splitter.Add(read.Target == MultiplexedStream.TargetStream.StandardError, buffer.AsSpan(0, read.Count));
            return true;
        }
        catch (Exception e) when (DockerEngine.IsAway(e) && !cancellation.IsCancellationRequested)
        {
            return false;
        }
    }

    private static long Time(string stamp) =>
        DateTimeOffset.TryParse(stamp, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal,
            out DateTimeOffset at) ? at.ToUnixTimeMilliseconds() : 0;

    /// <summary>As the engine takes it back: seconds, and the stamp's own nine digits of a second.</summary>
    private static string UnixSeconds(string stamp)
    {
        int dot = stamp.IndexOf('.', StringComparison.Ordinal);
        string fraction = dot < 0 ? "0" : stamp[(dot + 1)..].TrimEnd('Z');
        return string.Create(CultureInfo.InvariantCulture, $"{Time(stamp) / 1000}.{fraction}");
    }

    private static string UnixSeconds(long ms) =>
        string.Create(CultureInfo.InvariantCulture, $"{ms / 1000}.{ms % 1000:D3}");

    /// <summary>Joins what arrives in pieces, by stream, into lines of "timestamp text".</summary>
    private sealed class LineSplitter
    {
        private readonly MemoryStream[] partial = [new(), new()];
        private readonly Queue<(bool IsError, string Stamp, string Text)> lines = [];

        public void Add(bool isError, ReadOnlySpan<byte> bytes)
        {
            MemoryStream held = partial[isError ? 1 : 0];
            while (!bytes.IsEmpty)
            {
                int end = bytes.IndexOf((byte)'\n');
                held.Write(end < 0 ? bytes : bytes[..end]);
                if (end < 0) return;
                bytes = bytes[(end + 1)..];
                Complete(isError);
            }
        }

        /// <summary>Nothing more comes: what has no line's end is a line, too.</summary>
        public void End()
        {
            for (int i = 0; i < partial.Length; i++)
                if (partial[i].Length > 0) Complete(isError: i == 1);
        }

        public bool TryTake(out bool isError, out string stamp, out string text)
        {
            bool any = lines.TryDequeue(out (bool IsError, string Stamp, string Text) line);
            (isError, stamp, text) = any ? line : (false, "", "");
            return any;
        }

        private void Complete(bool isError)
        {
            MemoryStream held = partial[isError ? 1 : 0];
            string line = Encoding.UTF8.GetString(held.GetBuffer(), 0, (int)held.Length).TrimEnd('\r');
            held.SetLength(0);
            int space = line.IndexOf(' ', StringComparison.Ordinal);
            lines.Enqueue(space < 0 ? (isError, line, "") : (isError, line[..space], line[(space + 1)..]));
        }
    }
}
