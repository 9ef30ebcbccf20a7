using Flyball.Autoscaling.Capacity;

namespace Flyball.Autoscaling.Forecasting;

/// <summary>
/// Tables that are filled and read within one call, shared by the forecasts of one thread: they would be a third of a
/// workload's memory.
/// </summary>
internal sealed class ForecastScratch
{
    private double[] triangle = [];
    private double[] vector = [];

    /// <summary>The chance of errors, of the model that looked last.</summary>
    public ScoreTail Tail { get; } = new();

    /// <summary>The demand of each target, of the policy that decided last.</summary>
    public DemandCurve[] Curves { get; } = [.. Enum.GetValues<DemandTarget>().Select(_ => new DemandCurve())];

    /// <summary>Room for a lower triangle of so many rows, and a column.</summary>
    public (double[] Triangle, double[] Vector) Linear(int rows)
    {
        if (vector.Length < rows)
            (triangle, vector) = (new double[rows * (rows + 1) / 2], new double[rows]);
        return (triangle, vector);
    }
}
