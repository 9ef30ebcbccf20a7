using Flyball.Metrics.Model;

namespace Flyball.Metrics.PromQl.Ranges;

/// <summary>
/// The mean of floats: by the compensated sum as long as that is finite, by a running mean from then on.
/// </summary>
internal struct FloatAverage(double first)
{
    private CompensatedSum sum = new(first, 0);
    private double count = 1;
    private bool isRunningMean;

    public readonly double Result => isRunningMean ? sum.Total : (sum.Sum / count) + (sum.Lost / count);

    public void Add(double value)
    {
        count++;
        if (!isRunningMean)
        {
            CompensatedSum next = sum;
            next.Add(value);
            if (!double.IsInfinity(next.Sum))
            {
                sum = next;
                return;
            }

            isRunningMean = true;
            sum = new CompensatedSum(sum.Sum / (count - 1), sum.Lost / (count - 1));
        }

        double weight = (count - 1) / count;
        sum = new CompensatedSum(weight * sum.Sum, weight * sum.Lost);
        sum.Add(value / count);
    }
}
