namespace Flyball.Metrics.Model.Histograms;

/// <summary>
/// A histogram with the rounding errors that its sums lost so far: <see cref="Lost"/> has the same buckets, or is null
/// when nothing is tracked. Values are never changed in place.
/// </summary>
internal readonly record struct CompensatedHistogram(NativeHistogram Value, NativeHistogram? Lost)
{
    /// <summary>
    /// Adds <paramref name="sign"/> times another histogram, in the coarser of the two layouts. False when one has
    /// exponential and the other custom buckets.
    /// </summary>
    /// <param name="other">The histogram to add.</param>
    /// <param name="sign">1 to add, -1 to subtract.</param>
    /// <param name="track">Whether the result keeps rounding errors.</param>
    /// <param name="sum">The result.</param>
    /// <param name="notes">What happened on the way.</param>
    public bool TryAdd(
        NativeHistogram other, double sign, bool track, out CompensatedHistogram sum, out HistogramNotes notes)
    {
        sum = this;
        notes = HistogramNotes.None;
        if (Value.UsesCustomBuckets != other.UsesCustomBuckets) return false;
        NativeHistogram? lost = track ? Lost ?? EmptyLike(Value) : null;
        CounterResetHint hint = Combine(Value.ResetHint, other.ResetHint, ref notes);
        var count = new CompensatedSum(Value.Count, lost?.Count ?? 0);
        var total = new CompensatedSum(Value.Sum, lost?.Sum ?? 0);
        count.Add(sign * other.Count);
        total.Add(sign * other.Sum);
        var result = new HistogramParts(Value, lost);
        if (Value.UsesCustomBuckets) result.AddCustom(other, sign, ref notes);
        else result.AddExponential(other, sign);
        sum = result.Build(count, total, hint);
        return true;
    }

    public CompensatedHistogram Multiply(double factor) =>
        new(
            HistogramArithmetic.Multiply(Value, factor),
            Lost is null ? null : HistogramArithmetic.Multiply(Lost, factor));

    public CompensatedHistogram Divide(double divisor) =>
        new(
            HistogramArithmetic.Divide(Value, divisor),
            Lost is null ? null : HistogramArithmetic.Divide(Lost, divisor));

    /// <summary>The sum with what was lost added back.</summary>
    public NativeHistogram Total() => Lost is null ? Value : HistogramArithmetic.TryAdd(Value, Lost, out _) ?? Value;

    private static CounterResetHint Combine(CounterResetHint left, CounterResetHint right, ref HistogramNotes notes)
    {
        if (left == right) return left;
        if (left == CounterResetHint.Gauge || right == CounterResetHint.Gauge) return CounterResetHint.Gauge;
        if (left != CounterResetHint.Unknown && right != CounterResetHint.Unknown)
            notes |= HistogramNotes.ResetCollision;
        return CounterResetHint.Unknown;
    }

    private static NativeHistogram EmptyLike(NativeHistogram histogram) => new()
    {
        Schema = histogram.Schema,
        ZeroThreshold = histogram.ZeroThreshold,
        ResetHint = histogram.ResetHint,
        PositiveSpans = histogram.PositiveSpans,
        NegativeSpans = histogram.NegativeSpans,
        PositiveBuckets = new double[histogram.PositiveBuckets.Length],
        NegativeBuckets = new double[histogram.NegativeBuckets.Length],
        CustomBounds = histogram.CustomBounds,
    };
}
