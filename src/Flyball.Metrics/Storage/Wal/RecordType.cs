namespace Flyball.Metrics.Storage.Wal;

/// <summary>What a record of the WAL or of a checkpoint holds. The numbers are on disk.</summary>
internal enum RecordType : byte
{
    /// <summary>First record of a WAL segment: format version and number.</summary>
    Segment = 1,

    /// <summary>New series: id, tenant, labels.</summary>
    Series = 2,

    /// <summary>Float samples.</summary>
    Samples = 3,

    /// <summary>Native histograms.</summary>
    Histograms = 4,

    /// <summary>Exemplars.</summary>
    Exemplars = 5,

    /// <summary>Type, help and unit of metrics.</summary>
    Metadata = 6,

    /// <summary>Ranges of time deleted from series.</summary>
    Deletions = 7,

    /// <summary>Exemplars of series that the head need not hold, with the labels of these.</summary>
    LabelledExemplars = 8,

    /// <summary>First record of a checkpoint: format version, the WAL segment to go on with.</summary>
    Checkpoint = 16,

    /// <summary>Symbols that later records of the checkpoint refer to by number.</summary>
    Symbols = 17,

    /// <summary>Series with their open and sealed chunks.</summary>
    SeriesStates = 18,

    /// <summary>Last record of a checkpoint: how many series it holds.</summary>
    CheckpointEnd = 19,
}
