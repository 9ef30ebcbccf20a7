using System.Collections.Frozen;

namespace Flyball.Contracts.Metrics;

/// <summary>
/// A query's result as columns: one row a series, one value a step, all rows in one array. A step without a value is
/// <see cref="Absent"/>, a NaN with bits of its own; histograms have no place here and count as absent.
/// </summary>
public sealed class MetricMatrix
{
    private const long AbsentBits = 0x7ff0000000000002;

    private readonly double[] values;
    private readonly IReadOnlyList<MetricLabel>[] labels;

    /// <param name="startUnixMs">The first step.</param>
    /// <param name="stepMs">From one step to the next; 0 when there is one only.</param>
    /// <param name="stepCount">Steps of each row.</param>
    /// <param name="labels">The labels of each row, by name.</param>
    /// <param name="values">Row after row, <paramref name="stepCount"/> values each.</param>
    public MetricMatrix(
        long startUnixMs, long stepMs, int stepCount, IReadOnlyList<MetricLabel>[] labels, double[] values)
    {
        if (values.Length != labels.Length * stepCount)
            throw new ArgumentException("BUG: rows and values do not fit.", nameof(values));
        (StartUnixMs, StepMs, StepCount) = (startUnixMs, stepMs, stepCount);
        (this.labels, this.values) = (labels, values);
    }

    public static MetricMatrix Empty { get; } = new(0, 0, 0, [], []);

    /// <summary>The value of a step that has none; compare with <see cref="IsAbsent"/>.</summary>
    public static double Absent { get; } = BitConverter.Int64BitsToDouble(AbsentBits);

    public long StartUnixMs { get; }

    public long StepMs { get; }

    public int StepCount { get; }

    public int RowCount => labels.Length;

    public static bool IsAbsent(double value) => BitConverter.DoubleToInt64Bits(value) == AbsentBits;

    public long TimeUnixMs(int step) => StartUnixMs + (step * StepMs);

    /// <summary>The labels of a row, in the order of their names.</summary>
    public IReadOnlyList<MetricLabel> Labels(int row) => labels[row];

    /// <summary>The values of a row, a step each.</summary>
    public ReadOnlySpan<double> Row(int row) => values.AsSpan(row * StepCount, StepCount);

    /// <summary>A row's value of a label; empty when it has none.</summary>
    public string Label(int row, string name)
    {
        foreach (MetricLabel label in labels[row])
        {
            if (label.Name == name) return label.Value;
        }

        return "";
    }

    /// <summary>
    /// Rows by the value of one label, as one query for many workloads is read; of rows that share a value the first.
    /// </summary>
    public FrozenDictionary<string, int> RowsBy(string label)
    {
        var rows = new Dictionary<string, int>(RowCount, StringComparer.Ordinal);
        for (int row = 0; row < RowCount; row++) rows.TryAdd(Label(row, label), row);
        return rows.ToFrozenDictionary(StringComparer.Ordinal);
    }
}
