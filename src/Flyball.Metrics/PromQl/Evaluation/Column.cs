using System.Runtime.CompilerServices;
using Flyball.Metrics.Model;

namespace Flyball.Metrics.PromQl.Evaluation;

/// <summary>
/// One series over all steps of a grid, dense. A step without a float holds <see cref="Absent"/>; floats of results
/// never have its bits, because it is the staleness marker, which selectors swallow. A column has one owner, who may
/// change it in place.
/// </summary>
internal sealed class Column(Labels labels, double[] values)
{
    public static readonly double Absent = SpecialValues.StaleNaN;

    public Labels Labels { get; set; } = labels;

    /// <summary>Whether name, type and unit fall when the query is done (delayed name removal).</summary>
    public bool DropsName { get; set; }

    /// <summary>A float for each step, or <see cref="Absent"/>.</summary>
    public double[] Values => values;

    /// <summary>A histogram for some steps, where the float is absent; null when there is none at all.</summary>
    public NativeHistogram?[]? Histograms { get; set; }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool IsAbsent(double value) =>
        BitConverter.DoubleToInt64Bits(value) == SpecialValues.StaleNaNBits;

    public bool Has(int step) => !IsAbsent(values[step]) || Histograms?[step] is not null;

    public bool HasAny()
    {
        foreach (double value in values)
        {
            if (!IsAbsent(value)) return true;
        }

        return Histograms is not null && Array.Exists(Histograms, static histogram => histogram is not null);
    }

    /// <summary>The sample at a step; only where <see cref="Has"/> says that there is one.</summary>
    public Sample At(int step) => new(values[step], Histograms?[step]);

    public void Set(int step, Sample sample)
    {
        if (sample.Histogram is null)
        {
            values[step] = sample.Value;
            if (Histograms is not null) Histograms[step] = null;
        }
        else
        {
            values[step] = Absent;
            Histograms ??= new NativeHistogram?[values.Length];
            Histograms[step] = sample.Histogram;
        }
    }

    public void Clear(int step)
    {
        values[step] = Absent;
        if (Histograms is not null) Histograms[step] = null;
    }
}
