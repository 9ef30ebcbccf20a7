namespace Flyball.Metrics.Storage.Head;

/// <summary>
/// A series' late samples in time order, until there are enough for a chunk. The first value at a time stays.
/// </summary>
internal sealed class OutOfOrderSamples
{
    /// <summary>Samples at which they are sealed into a chunk.</summary>
    public const int CountMax = 64;

    private readonly List<(long TimestampMs, double Value, long StartMs)> _samples = [];

    public int Count => _samples.Count;

    public IReadOnlyList<(long TimestampMs, double Value, long StartMs)> Samples => _samples;

    /// <summary>None when the sample was added or is there already; a duplicate when there is another value.</summary>
    public SampleRefusal Add(long timestampMs, double value, long startMs, out bool isAdded)
    {
        int at = _samples.Count;
        while (at > 0 && _samples[at - 1].TimestampMs > timestampMs) at--;
        isAdded = at == 0 || _samples[at - 1].TimestampMs != timestampMs;
        if (isAdded)
        {
            _samples.Insert(at, (timestampMs, value, startMs));
            return SampleRefusal.None;
        }

        return BitConverter.DoubleToInt64Bits(_samples[at - 1].Value) == BitConverter.DoubleToInt64Bits(value)
            ? SampleRefusal.None
            : SampleRefusal.DuplicateTimestamp;
    }

    public void Clear() => _samples.Clear();
}
