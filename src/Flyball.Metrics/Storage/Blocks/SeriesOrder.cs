namespace Flyball.Metrics.Storage.Blocks;

/// <summary>
/// The order of series in a block: by metric name in byte order, then by hash, then by labels. A metric's series lie
/// together, and merging blocks compares numbers rather than label lists.
/// </summary>
internal static class SeriesOrder
{
    public static int Compare(
        ReadOnlySpan<byte> leftName, ulong leftHash, ReadOnlySpan<byte> leftLabels,
        ReadOnlySpan<byte> rightName, ulong rightHash, ReadOnlySpan<byte> rightLabels)
    {
        int order = leftName.SequenceCompareTo(rightName);
        if (order == 0) order = leftHash.CompareTo(rightHash);
        return order == 0 ? leftLabels.SequenceCompareTo(rightLabels) : order;
    }
}
