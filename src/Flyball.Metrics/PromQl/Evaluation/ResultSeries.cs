using Flyball.Metrics.Model;

namespace Flyball.Metrics.PromQl.Evaluation;

/// <summary>One series of a result: its samples in the order of time.</summary>
internal sealed record ResultSeries(Labels Labels, long[] TimesMs, Sample[] Samples)
{
    public static ResultSeries Of(Column column, StepGrid grid)
    {
        int count = 0;
        for (int step = 0; step < grid.Count; step++)
        {
            if (column.Has(step)) count++;
        }

        var times = new long[count];
        var samples = new Sample[count];
        int at = 0;
        for (int step = 0; step < grid.Count; step++)
        {
            if (!column.Has(step)) continue;
            times[at] = grid[step];
            samples[at++] = column.At(step);
        }

        return new ResultSeries(column.Labels, times, samples);
    }
}
