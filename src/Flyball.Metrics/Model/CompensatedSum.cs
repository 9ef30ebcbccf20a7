using System.Runtime.CompilerServices;

namespace Flyball.Metrics.Model;

/// <summary>
/// A sum with the rounding errors it lost so far (Neumaier's variant of Kahan summation), as Prometheus sums: the
/// result of a sum over many values then does not depend on their order in the digits that are shown.
/// </summary>
internal record struct CompensatedSum(double Sum, double Lost)
{
    public readonly double Total => Sum + Lost;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Add(double value)
    {
        double total = Sum + value;
        if (double.IsInfinity(total)) Lost = 0;
        else if (Math.Abs(Sum) >= Math.Abs(value)) Lost += (Sum - total) + value;
        else Lost += (value - total) + Sum;
        Sum = total;
    }
}
