namespace Flyball.Metrics.Bench;

/// <summary>
/// Series such as a fleet of node exporters yields, from a seed. Of each 1,000 series of a target: 450 constants, 200
/// counters that hardly tick, 100 CPU-second counters (two decimals), 100 memory gauges (multiples of 1,024 or 4,096),
/// 80 busy integer counters (ten classic histograms of eight buckets), 30 small gauges, 25 random durations (nine
/// decimals), 10 load averages, 5 fine clocks. All series of a target share the scrape's timestamp: every 15 s unless
/// told otherwise, one in so many off by up to 5 ms.
/// </summary>
internal sealed class NodeExporterData(
    int seriesCount, int seed, int intervalMs = NodeExporterData.UsualIntervalMs, int punctual = 0)
{
    /// <summary>Of so many scrapes one is late: Prometheus moves those that are off by up to 2 ms.</summary>
    public const int UsuallyPunctual = 50;

    public const int UsualIntervalMs = 15_000;
    public const int SeriesPerTarget = 1_000;

    /// <summary>The first of a target's series that is a bucket of a histogram.</summary>
    public const int FirstBucket = 850;
    public const int BucketCount = 80;
    public const int BucketsPerHistogram = 8;

    private readonly Random _random = new(seed);
    private readonly double[] _state = new double[seriesCount];
    private readonly double[] _rate = new double[seriesCount];
    private bool _isStarted;

    public int SeriesCount => seriesCount;

    public int IntervalMs => intervalMs;

    /// <summary>Writes the next scrape of all targets: one timestamp a target, one value a series.</summary>
    public void Next(long scheduledMs, Span<long> timestampsMs, Span<double> values)
    {
        for (int target = 0; target * SeriesPerTarget < seriesCount; target++)
        {
            // Targets are scraped at different moments of the interval.
            bool isOff = punctual == 0 || _random.Next(punctual) == 0;
            timestampsMs[target] =
                scheduledMs + (target * 7919L % intervalMs) + (isOff ? _random.Next(-5, 6) : 0);
        }

        for (int series = 0; series < seriesCount; series++)
        {
            int kind = series % SeriesPerTarget;
            values[series] = Step(series, kind);
            // Each bucket counts what is in the ones below it, too.
            int bucket = kind - FirstBucket;
            if (bucket is > 0 and < BucketCount && bucket % BucketsPerHistogram != 0)
                values[series] += values[series - 1];
        }

        _isStarted = true;
    }

    private double Step(int series, int kind) => kind switch
    {
        < 450 => Constant(series, kind),
        < 650 => Idle(series),
        < 750 => CpuSeconds(series),
        < FirstBucket => Memory(series, kind),
        < FirstBucket + BucketCount => Busy(series),
        < 960 => Math.Max(0, State(series, _random.Next(0, 40), _random.NextDouble() < 0.6 ? 0 : _random.Next(-3, 4))),
        < 985 => Math.Round(1e-4 * Math.Exp(_random.NextDouble() * 4), 9),
        < 995 => Math.Round(Math.Abs(State(series, _random.NextDouble() * 4, (_random.NextDouble() - 0.5) * 0.2)), 2),
        _ => Math.Round(State(series, 1.7e6 * _random.NextDouble(), 15 + ((_random.NextDouble() - 0.5) * 0.01)), 9),
    };

    private double Constant(int series, int kind) =>
        kind < 250 ? 0 : State(series, kind < 330 ? 1 : Math.Floor(Math.Exp(_random.NextDouble() * 25)), 0);

    private double Idle(int series) =>
        State(series, _random.Next(0, 100_000), _random.NextDouble() < 0.01 ? _random.Next(1, 4) : 0);

    private double CpuSeconds(int series)
    {
        if (!_isStarted) _rate[series] = Math.Exp(_random.NextDouble() * -9);
        double step = 15 * _rate[series] * (1 + ((_random.NextDouble() - 0.5) * 0.2));
        return Math.Round(State(series, _random.Next(0, 10_000_000) / 100.0, step), 2);
    }

    private double Memory(int series, int kind)
    {
        bool isStill = _random.NextDouble() < (kind % 2 == 0 ? 0.7 : 0.1);
        double unit = kind % 3 == 0 ? 4096 : 1024;
        double step = isStill ? 0 : Math.Round(Gauss() * 200) * unit;
        return Math.Abs(State(series, _random.Next(1_000, 8_000_000) * unit, step));
    }

    private double Busy(int series)
    {
        if (!_isStarted) _rate[series] = Math.Exp(_random.NextDouble() * 12);
        return State(series, _random.NextInt64(1L << 32), Math.Floor(_rate[series] * Math.Abs(1 + (0.1 * Gauss()))));
    }

    private double State(int series, double start, double step) =>
        _isStarted ? _state[series] += step : _state[series] = start;

    private double Gauss() =>
        Math.Sqrt(-2 * Math.Log(1 - _random.NextDouble())) * Math.Cos(2 * Math.PI * _random.NextDouble());
}
