using Flyball.Base.Resources;
using Flyball.Base.Work;
using Flyball.Contracts.Store.Wire;
using Flyball.Store.Watching;
using Microsoft.Extensions.Logging;

namespace Flyball.Store.Remote;

/// <summary>
/// Keeps what the reader has on disk: at most once an interval, however often it changes, and one write at a time. A
/// snapshot that cannot be written is no reason to stop: the next interval tries again.
/// </summary>
internal sealed partial class SnapshotKeeper(
    KeptSnapshotFile file, RemoteReaderOptions options, IWorkers workers, TimeProvider time, ILogger logger)
{
    /// <summary>Between a change and its being kept, as long as writing costs next to nothing.</summary>
    private static readonly TimeSpan IntervalMin = TimeSpan.FromMilliseconds(200);

    /// <summary>The part of the time that may go into writing is one in so many.</summary>
    private const int CostFactor = 50;

    private ResourceSnapshot? saved;

    /// <summary>The snapshot kept from the last run and its history; null when there is none for these kinds.</summary>
    public (ResourceSnapshot Snapshot, string History)? Load()
    {
        KeptSnapshot? kept = file.Read(options.SnapshotBytesMax, out string? problem);
        if (problem is not null) Log.NotUsable(logger, options.File, problem);
        if (kept is null || !kept.Kinds.SequenceEqual(new KindFilter(options.Kinds).Kinds)) return null;
        saved = ResourceSnapshot.From(
            kept.Resources.Select(wire => WireChanges.FromWire(wire).Current).OfType<StoredResource>(),
            new Revision(kept.Revision));
        return (saved, kept.History);
    }

    /// <summary>Saves soon after changes until cancelled.</summary>
    public async Task RunAsync(Func<(ResourceSnapshot Snapshot, string History)> now, CancellationToken cancellation)
    {
        TimeSpan wait = IntervalMin;
        while (true)
        {
            await Task.Delay(wait < options.SaveInterval ? wait : options.SaveInterval, time, cancellation);
            long begun = time.GetTimestamp();
            await SaveAsync(now());
            TimeSpan cost = time.GetElapsedTime(begun) * CostFactor;
            wait = cost > IntervalMin ? cost : IntervalMin;
        }
    }

    public async Task SaveAsync((ResourceSnapshot Snapshot, string History) now)
    {
        if (ReferenceEquals(now.Snapshot, saved) || now.History.Length == 0) return;
        try
        {
            await workers.RunAsync(() => file.Write(Encode(now.Snapshot, now.History)));
            saved = now.Snapshot;
        }
        catch (IOException e)
        {
            Log.NotSaved(logger, options.File, e);
        }
    }

    private KeptSnapshot Encode(ResourceSnapshot snapshot, string history)
    {
        var kept = new KeptSnapshot { History = history, Revision = snapshot.Revision.Value };
        kept.Kinds.Add(new KindFilter(options.Kinds).Kinds);
        foreach (StoredResource resource in snapshot.All())
            kept.Resources.Add(WireChanges.ToWire(ResourceChange.Put(resource)));
        return kept;
    }

    private static partial class Log
    {
        [LoggerMessage(1140, LogLevel.Warning, "The kept snapshot {Path} is not used: {Problem}.")]
        public static partial void NotUsable(ILogger logger, string path, string problem);

        [LoggerMessage(1141, LogLevel.Warning, "The snapshot could not be kept in {Path}; it is tried again.")]
        public static partial void NotSaved(ILogger logger, string path, Exception error);
    }
}
