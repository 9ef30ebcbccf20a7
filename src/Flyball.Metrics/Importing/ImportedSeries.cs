using System.Text;
using Flyball.Metrics.Storage;
using Flyball.Metrics.Storage.Head;

namespace Flyball.Metrics.Importing;

/// <summary>A series of one block range on its way into a block.</summary>
/// <param name="name">Of the metric.</param>
/// <param name="canonical">Its labels.</param>
/// <param name="startKey">What it shares with the <c>_created</c> line of its metric; 0 when it has none.</param>
internal sealed class ImportedSeries(string name, byte[] canonical, ulong startKey)
{
    public byte[] Name { get; } = Encoding.UTF8.GetBytes(name);

    public byte[] Canonical => canonical;

    public ulong Hash { get; } = SeriesRegistry.Hash(canonical);

    public ulong StartKey => startKey;

    public List<(long TimestampMs, double Value)> Samples { get; } = [];

    public List<BatchExemplar> Exemplars { get; } = [];
}
