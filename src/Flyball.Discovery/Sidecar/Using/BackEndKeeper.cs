using Flyball.Base.Work;
using Microsoft.Extensions.Logging;

namespace Flyball.Discovery.Sidecar.Using;

/// <summary>Keeps the last known back ends on disk, so that a restart needs no catalogue.</summary>
internal sealed partial class BackEndKeeper(
    KnownBackEnds file, IWorkers workers, TimeProvider time, ILogger logger) : IDisposable
{
    /// <summary>Between writes: a rollout changes back ends many times a second.</summary>
    private static readonly TimeSpan SaveInterval = TimeSpan.FromSeconds(1);

    private readonly Lock gate = new();
    private readonly SemaphoreSlim unsaved = new(0, 1);
    private SortedDictionary<string, BackEndPlace[]> known = new(StringComparer.Ordinal);

    /// <summary>Times that the disk did not take them.</summary>
    public long Failures { get; private set; }

    /// <summary>Blocks: before anything runs.</summary>
    public void Load()
    {
        SortedDictionary<string, BackEndPlace[]> read = file.Read(out string? problem);
        if (problem is not null) Log.NotRead(logger, problem);
        known = new SortedDictionary<string, BackEndPlace[]>(read, StringComparer.Ordinal);
    }

    public BackEndPlace[]? Find(string query)
    {
        lock (gate) return known.GetValueOrDefault(query);
    }

    public void Know(ServiceFollower follower)
    {
        lock (gate) known[follower.Query] = follower.Places;
        Changed();
    }

    /// <summary>Forgets what is not used any more.</summary>
    public void Keep(IReadOnlyCollection<string> queries)
    {
        lock (gate)
        {
            string[] gone = [.. known.Keys.Where(query => !queries.Contains(query))];
            foreach (string query in gone) known.Remove(query);
            if (gone.Length == 0) return;
        }

        Changed();
    }

    /// <summary>Writes soon after each change, until cancelled; what is unwritten then is written at once.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        try
        {
            while (true)
            {
                await unsaved.WaitAsync(cancellation);
                await SaveAsync();
                await Pause.ForAsync(SaveInterval, time, cancellation);
            }
        }
        catch (OperationCanceledException)
        {
            if (unsaved.CurrentCount > 0) await SaveAsync();
        }
    }

    public void Dispose() => unsaved.Dispose();

    private void Changed()
    {
        lock (gate)
        {
            if (unsaved.CurrentCount == 0) unsaved.Release();
        }
    }

    private async Task SaveAsync()
    {
        SortedDictionary<string, BackEndPlace[]> now;
        lock (gate) now = new SortedDictionary<string, BackEndPlace[]>(known, StringComparer.Ordinal);
        try
        {
            await workers.RunAsync(() => file.Write(now), CancellationToken.None);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Failures++;
            Log.NotWritten(logger, e.Message);
            // A full disk passes: tried again with the interval.
            Changed();
        }
    }

    private static partial class Log
    {
        [LoggerMessage(4084, LogLevel.Warning,
            "The back ends kept on disk cannot be used: {Reason}. The catalogue will tell them")]
        public static partial void NotRead(ILogger logger, string reason);

        [LoggerMessage(4085, LogLevel.Warning, "The back ends cannot be kept on disk: {Reason}")]
        public static partial void NotWritten(ILogger logger, string reason);
    }
}
