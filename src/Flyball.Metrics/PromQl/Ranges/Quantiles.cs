namespace Flyball.Metrics.PromQl.Ranges;

/// <summary>Quantiles of plain values.</summary>
internal static class Quantiles
{
    /// <summary>Sorts the values (NaN first) and interpolates between the two next to the rank.</summary>
    public static double Of(double quantile, Span<double> values)
    {
        if (values.IsEmpty || double.IsNaN(quantile)) return Model.SpecialValues.NormalNaN;
        if (quantile < 0) return double.NegativeInfinity;
        if (quantile > 1) return double.PositiveInfinity;
        values.Sort();
        double rank = quantile * (values.Length - 1);
        double below = Math.Max(0, Math.Floor(rank));
        double above = Math.Min(values.Length - 1, below + 1);
        double weight = rank - Math.Floor(rank);
        return (values[(int)below] * (1 - weight)) + (values[(int)above] * weight);
    }
}
