using System.Globalization;
using Flyball.Autoscaling.Backtesting;
using Flyball.Contracts.Metrics;

namespace Flyball.Autoscaling.Commands;

/// <summary>Reads a load from a server's metrics, in pieces that the server answers at once.</summary>
internal sealed class MetricSeriesReader(IMetricQuery metrics, TimeProvider time)
{
    private const int PointsMax = 10_000;

    // A series of which more is missing would be made of guesses.
    private const double MissingShareMax = 1.0 / 3;

    // Restarts leave gaps of this length, over which the load hardly changes.
    private static readonly TimeSpan ShortGapMax = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan Day = TimeSpan.FromDays(1);

    /// <summary>Values that were missing and lie on the line between those around them.</summary>
    public int InterpolatedCount { get; private set; }

    /// <summary>Values that were missing and are those of the day before.</summary>
    public int RepeatedCount { get; private set; }

    /// <summary>
    /// The load until now, from its first value within <paramref name="range"/> on. Gaps of up to ten minutes, and
    /// those of the first day, are interpolated; in longer ones the day before is repeated.
    /// </summary>
    /// <exception cref="FormatException">There is no single series, or too much of it is missing.</exception>
    public async Task<LoadSeries> ReadAsync(
        string expression, TimeSpan range, TimeSpan step, CancellationToken cancellation)
    {
        var stepMs = (long)step.TotalMilliseconds;
        var endMs = time.GetUtcNow().ToUnixTimeMilliseconds() / stepMs * stepMs;
        var count = (int)Math.Max(2, Math.Min(int.MaxValue, range / step));
        var firstMs = endMs - (count - 1) * stepMs;
        var values = new double[count];
        Array.Fill(values, double.NaN);
        for (var at = 0; at < count; at += PointsMax)
            await ReadPieceAsync(expression, firstMs, at, stepMs, values, cancellation);
        return Trim(values, firstMs, step);
    }

    private async Task ReadPieceAsync(
        string expression, long firstMs, int at, long stepMs, double[] values, CancellationToken cancellation)
    {
        var length = Math.Min(PointsMax, values.Length - at);
        var start = firstMs + at * stepMs;
        var answer = await metrics.RangeAsync(
            expression, start, start + (length - 1) * stepMs, TimeSpan.FromMilliseconds(stepMs), cancellation);
        if (!answer.IsSuccess)
            throw new FormatException($"--promql: {answer.Error}");
        if (answer.Matrix.RowCount > 1)
            throw new FormatException(
                $"--promql: gives {answer.Matrix.RowCount} series where one is needed: add sum() or max().");
        if (answer.Matrix.RowCount == 1)
            answer.Matrix.Row(0).CopyTo(values.AsSpan(at, length));
    }

    private LoadSeries Trim(double[] values, long firstMs, TimeSpan step)
    {
        var first = Array.FindIndex(values, double.IsFinite);
        if (first < 0)
            throw new FormatException("--promql: has no value in that time.");
        var last = Array.FindLastIndex(values, double.IsFinite);
        CheckMissing(values, first, last, firstMs, step);
        Fill(values, first, last, firstMs, step);
        if (last - first < 1)
            throw new FormatException("--promql: has a single value in that time.");
        var start = DateTimeOffset.FromUnixTimeMilliseconds(firstMs) + first * step;
        return new LoadSeries(start, step, values[first..(last + 1)]);
    }

    private void Fill(double[] values, int first, int last, long firstMs, TimeSpan step)
    {
        var known = first;
        for (var i = first; i <= last; i++)
        {
            if (!double.IsFinite(values[i]))
                continue;
            if (values[i] < 0)
                throw new FormatException($"--promql: is negative at {Time(firstMs, i, step)}: that is no load.");
            FillGap(values, known, i, first, step);
            known = i;
        }
    }

    private void FillGap(double[] values, int before, int after, int first, TimeSpan step)
    {
        var day = (int)Math.Round(Day / step);
        var missing = after - before - 1;
        for (var k = 1; k <= missing; k++)
            if (missing * step > ShortGapMax && before + k - day >= first)
            {
                values[before + k] = values[before + k - day];
                RepeatedCount++;
            }
            else
            {
                values[before + k] = values[before] + (values[after] - values[before]) * k / (missing + 1);
                InterpolatedCount++;
            }
    }

    private static void CheckMissing(double[] values, int first, int last, long firstMs, TimeSpan step)
    {
        int missing = 0, longest = 0, longestEnd = 0, run = 0;
        for (var i = first; i <= last; i++)
        {
            run = double.IsFinite(values[i]) ? 0 : run + 1;
            missing += run > 0 ? 1 : 0;
            if (run > longest)
                (longest, longestEnd) = (run, i);
        }
        if (missing > MissingShareMax * (last - first + 1))
            throw new FormatException(
                $"--promql: {missing} of {last - first + 1} values are missing, more than a third, the longest gap "
                + $"from {Time(firstMs, longestEnd - longest + 1, step)} to {Time(firstMs, longestEnd, step)}: that is "
                + "too much to fill in. Give a --range that begins after it, or ask for what is recorded throughout.");
    }

    private static string Time(long firstMs, int index, TimeSpan step) =>
        (DateTimeOffset.FromUnixTimeMilliseconds(firstMs) + index * step)
            .ToString("yyyy-MM-dd HH:mm:ss 'UTC'", CultureInfo.InvariantCulture);
}
