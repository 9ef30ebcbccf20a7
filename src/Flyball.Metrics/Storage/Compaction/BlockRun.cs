using Flyball.Metrics.Storage.Blocks;
using Flyball.Metrics.Storage.Chunks;
using Flyball.Metrics.Storage.Querying;

namespace Flyball.Metrics.Storage.Compaction;

/// <summary>
/// Gathers decoded runs of a series until they fill a block's chunks, so that small chunks become large ones.
/// </summary>
internal sealed class BlockRun(BlockWriter writer)
{
    private readonly SampleBuffer _floats = new();
    private readonly List<TimedHistogram> _histograms = [];

    /// <summary>Takes the reader's run.</summary>
    public void Add(PieceReader run)
    {
        if (run.Floats.Count > 0)
        {
            FlushHistograms();
            int start = _floats.Count;
            _floats.Extend(run.Floats.Count);
            run.Floats.TimestampsMs.CopyTo(_floats.TimestampsMs[start..]);
            run.Floats.Values.CopyTo(_floats.Values[start..]);
            run.Floats.StartsMs.CopyTo(_floats.StartsMs[start..]);
        }

        if (run.Histograms.Count > 0)
        {
            FlushFloats();
            _histograms.AddRange(run.Histograms);
        }
    }

    /// <summary>Writes what has gathered.</summary>
    public void Flush()
    {
        FlushFloats();
        FlushHistograms();
    }

    private void FlushFloats()
    {
        writer.Add(_floats);
        _floats.Clear();
    }

    private void FlushHistograms()
    {
        writer.Add(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_histograms));
        _histograms.Clear();
    }
}
