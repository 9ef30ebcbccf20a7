using Flyball.Metrics.Storage;

namespace Flyball.Metrics.Importing;

/// <summary>
/// The exemplars of an import until its end: as many as the store keeps in all, the earliest in the file going first.
/// </summary>
internal sealed class ImportedExemplars(int countMax)
{
    private readonly Queue<(byte[] Canonical, BatchExemplar Exemplar)> _kept = [];

    /// <summary>Exemplars for which there was no room.</summary>
    public long LeftOut { get; private set; }

    public void Take(ImportedSeries series)
    {
        foreach (BatchExemplar exemplar in series.Exemplars)
        {
            _kept.Enqueue((series.Canonical, exemplar));
            if (_kept.Count <= countMax) continue;
            _ = _kept.Dequeue();
            LeftOut++;
        }
    }

    /// <summary>
    /// Puts them into the store, durably. They take free room only: none of them is worth one of the store's own.
    /// </summary>
    /// <returns>How many are new.</returns>
    /// <exception cref="IOException">The disk refuses.</exception>
    public async Task<long> StoreAsync(TimeSeriesStore store)
    {
        if (_kept.Count == 0) return 0;
        (byte[] Canonical, BatchExemplar Exemplar)[] all =
            [.. _kept.OrderBy(one => one.Exemplar.TimestampMs)];
        (int added, int leftOut, long position) = store.InsertExemplars(all);
        LeftOut += leftOut;
        if (await store.CommitAsync(position) == CommitOutcome.Unavailable)
            throw new IOException("The exemplars could not be written to the WAL.");
        return added;
    }
}
