using Flyball.Metrics.Storage.Chunks;

namespace Flyball.Metrics.Storage.Head;

/// <summary>One series of the head, in an array of structs. Pieces of slab memory hold its labels and bytes.</summary>
internal struct SeriesState
{
    /// <summary>No sample yet.</summary>
    public const long NoTimestamp = long.MinValue;

    /// <summary>Sealed chunks at most: their references share one piece of slab memory.</summary>
    public const int SealedMax = 40_000;

    /// <summary>Its name in the WAL: never given twice; 0 marks an unused element.</summary>
    public ulong Id;

    /// <summary>Of the canonical labels.</summary>
    public ulong LabelsHash;

    /// <summary>Newest in-order timestamp and the bits of its value, for the duplicate rule.</summary>
    public long LastMs;
    public ulong LastBits;

    /// <summary>First timestamp of the open chunk.</summary>
    public long OpenMinMs;
    public OpenChunkState Open;

    public uint Labels;
    public uint OpenHead;
    public uint OpenTail;
    public uint Sealed;
    public ushort LabelsSize;
    public ushort SealedCount;
    public ushort SealedCapacity;
    public ushort Tenant;
    public byte LabelCount;

    /// <summary>Histograms or out-of-order samples are kept beside.</summary>
    public bool HasHistograms;
    public bool HasOutOfOrder;

    public readonly bool IsLive => Id != 0;
}
