using Flyball.Base.Disk;
using Flyball.Base.Work;
using Flyball.Metrics.Storage.Blocks;
using Flyball.Metrics.Storage.Head;
using Flyball.Metrics.Storage.Querying;
using Flyball.Metrics.Storage.Recovery;
using Flyball.Metrics.Storage.Wal;

namespace Flyball.Metrics.Storage;

/// <summary>The parts that a store is made of, after recovery.</summary>
internal sealed record StoreParts
{
    public required TimeSeriesOptions Options { get; init; }

    public required IDisk Disk { get; init; }

    public required IWorkers Workers { get; init; }

    public required TimeProvider Time { get; init; }

    public required StorageMetrics Metrics { get; init; }

    public required HeadData Head { get; init; }

    public required WalWriter Wal { get; init; }

    public required BlockSet Blocks { get; init; }

    public required ExemplarStore Exemplars { get; init; }

    public required MetadataStore Metadata { get; init; }

    public required RecoveryReport Recovery { get; init; }

    public OpenViews Views { get; } = new();

    public string WalDirectory => Path.Combine(Options.Directory, "wal");
}
