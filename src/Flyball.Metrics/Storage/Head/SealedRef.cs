namespace Flyball.Metrics.Storage.Head;

/// <summary>Where a sealed chunk of the head lies in the chunk log, and the times that it covers. 24 bytes.</summary>
internal struct SealedRef
{
    private const uint HistogramFlag = 1u << 31;
    private const uint OutOfOrderFlag = 1u << 30;

    public long MinMs;
    public int DurationMs;
    public int File;
    public uint Offset;
    public uint SizeAndFlags;

    public readonly long MaxMs => MinMs + DurationMs;

    public readonly int SizeBytes => (int)(SizeAndFlags & (OutOfOrderFlag - 1));

    public readonly bool IsHistogram => (SizeAndFlags & HistogramFlag) != 0;

    public readonly bool IsOutOfOrder => (SizeAndFlags & OutOfOrderFlag) != 0;

    public static uint Pack(int sizeBytes, bool isHistogram, bool isOutOfOrder) =>
        (uint)sizeBytes | (isHistogram ? HistogramFlag : 0) | (isOutOfOrder ? OutOfOrderFlag : 0);
}
