using Flyball.Metrics.Model;
using Flyball.Metrics.PromQl.Selecting;

namespace Flyball.Metrics.PromQl.Ranges;

/// <summary>The samples of one series in one step's range.</summary>
internal readonly ref struct RangeWindow
{
    public required RangeCall Call { get; init; }

    public required SampleBuffer Buffer { get; init; }

    /// <summary>Which floats of the buffer.</summary>
    public required IndexRange Floats { get; init; }

    /// <summary>Which histograms of the buffer.</summary>
    public required IndexRange Histograms { get; init; }

    public required int Step { get; init; }

    /// <summary>The step's own time.</summary>
    public required long StepMs { get; init; }

    /// <summary>The end of the range, inclusive: the step's time shifted by the modifiers.</summary>
    public required long EndMs { get; init; }

    /// <summary>The start of the range, exclusive.</summary>
    public long StartMs => EndMs - Call.WidthMs;

    public int Count => Floats.Count + Histograms.Count;

    public bool IsMixed => !Floats.IsEmpty && !Histograms.IsEmpty;

    public ReadOnlySpan<long> Times => Buffer.Times[Floats.From..Floats.To];

    public ReadOnlySpan<double> Values => Buffer.Values[Floats.From..Floats.To];

    /// <summary>Empty when start timestamps are not used.</summary>
    public ReadOnlySpan<long> Starts => Buffer.HasStarts ? Buffer.Starts[Floats.From..Floats.To] : [];

    public ReadOnlySpan<long> HistogramTimes => Buffer.HistogramTimes[Histograms.From..Histograms.To];

    public ReadOnlySpan<NativeHistogram> HistogramValues => Buffer.Histograms[Histograms.From..Histograms.To];

    public ReadOnlySpan<long> HistogramStarts =>
        Buffer.HasStarts ? Buffer.HistogramStarts[Histograms.From..Histograms.To] : [];

    /// <summary>The value of a scalar argument at this step.</summary>
    public double Parameter(int index) => Call.Parameters[index][Step];
}
