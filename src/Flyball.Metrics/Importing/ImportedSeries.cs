using System.Text;
using Flyball.Metrics.Storage.Head;

namespace Flyball.Metrics.Importing;

/// <summary>A series of one block range on its way into a block.</summary>
internal sealed class ImportedSeries(string name, byte[] canonical)
{
    public byte[] Name { get; } = Encoding.UTF8.GetBytes(name);

    public byte[] Canonical => canonical;

    public ulong Hash { get; } = SeriesRegistry.Hash(canonical);

    public List<(long TimestampMs, double Value)> Samples { get; } = [];
}
