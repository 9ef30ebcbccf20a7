using System.Globalization;

namespace Flyball.Autoscaling.Backtesting;

/// <summary>A load a tick, scaled to replicas of work, and how much of its beginning is not scored.</summary>
internal sealed class BacktestLoad
{
    // A cluster is never quite idle; the floor keeps logarithms finite.
    private const double LoadMin = 0.02;

    // A cluster of more replicas is rather a slip of a unit; within it every policy is computed exactly.
    private const double LoadMax = 1e6;

    private BacktestLoad(double[] load, int warmupTicks, TimeSpan tick, DateTimeOffset start)
    {
        Load = load;
        WarmupTicks = warmupTicks;
        Tick = tick;
        Start = start;
    }

    /// <summary>Arriving work of each tick, in replicas.</summary>
    public double[] Load { get; }

    /// <summary>Ticks at the beginning that policies see but that are not scored.</summary>
    public int WarmupTicks { get; }

    public TimeSpan Tick { get; }

    public DateTimeOffset Start { get; }

    /// <summary>
    /// Spreads <paramref name="series"/> over ticks (linearly through the centres of the bins, or constant inside a
    /// bin), cuts it to <paramref name="length"/> and scales its scored part to the mean wanted.
    /// </summary>
    /// <exception cref="FormatException">Nothing is left to score, or it cannot be scaled.</exception>
    public static BacktestLoad Create(
        LoadSeries series, TimeSpan tick, TimeSpan warmup, TimeSpan? length, double meanReplicas, bool constant)
    {
        var raw = constant ? Hold(series, tick) : Interpolate(series, tick);
        if (length is { } cut)
            raw = raw.AsSpan(0, (int)Math.Min(raw.Length, Math.Max(0, cut.Ticks / tick.Ticks))).ToArray();
        var warm = (int)Math.Max(0, warmup.Ticks / tick.Ticks);
        if (warm >= raw.Length)
            throw new FormatException("the warm-up covers the whole series: nothing is left to score");
        var sum = 0.0;
        foreach (var value in raw.AsSpan(warm))
            sum += value;
        if (!(sum > 0))
            throw new FormatException("the series is zero in its scored part");
        var scale = meanReplicas / (sum / (raw.Length - warm));
        if (!double.IsFinite(sum) || !double.IsFinite(scale))
            throw new FormatException(
                $"the series cannot be scaled to {meanReplicas} replicas: its scored part adds up to "
                + string.Create(CultureInfo.InvariantCulture, $"{sum:G3}"));
        if (raw.Max() * scale is not <= LoadMax and var most)
            throw new FormatException(string.Create(
                CultureInfo.InvariantCulture,
                $"the largest value is {most:G3} replicas of work, more than {LoadMax:G3}: is it right? ")
                + "If so, give a smaller --mean-replicas");
        for (var i = 0; i < raw.Length; i++)
            raw[i] = Math.Max(LoadMin, raw[i] * scale);
        return new BacktestLoad(raw, warm, tick, series.Start);
    }

    private static double[] Interpolate(LoadSeries series, TimeSpan tick)
    {
        double stepSeconds = series.Step.TotalSeconds, tickSeconds = tick.TotalSeconds;
        var values = series.Values;
        var load = new double[TickCount(series, tick)];
        for (var i = 0; i < load.Length; i++)
        {
            var x = (i + 0.5) * tickSeconds / stepSeconds - 0.5;
            var k = (int)Math.Floor(x);
            var before = values[Math.Clamp(k, 0, values.Length - 1)];
            var after = values[Math.Clamp(k + 1, 0, values.Length - 1)];
            load[i] = before + (after - before) * (x - k);
        }
        return load;
    }

    private static double[] Hold(LoadSeries series, TimeSpan tick)
    {
        var values = series.Values;
        var load = new double[TickCount(series, tick)];
        for (var i = 0; i < load.Length; i++)
            load[i] = values[Math.Min((int)(i * tick.TotalSeconds / series.Step.TotalSeconds), values.Length - 1)];
        return load;
    }

    private static int TickCount(LoadSeries series, TimeSpan tick) =>
        (int)(series.Values.Length * series.Step.TotalSeconds / tick.TotalSeconds);
}
