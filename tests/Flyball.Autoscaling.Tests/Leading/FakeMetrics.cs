using Flyball.Contracts.Metrics;

namespace Flyball.Autoscaling.Tests.Leading;

/// <summary>Metrics that a test sets: what each series would give, and how the store fails.</summary>
internal sealed class FakeMetrics : IMetricQuery
{
    /// <summary>Requests a second by workload at a time; a workload that is not there has no series.</summary>
    public Dictionary<string, Func<long, double>> Requests { get; } = new(StringComparer.Ordinal);

    /// <summary>Requests in progress by workload.</summary>
    public Dictionary<string, double> Concurrency { get; } = new(StringComparer.Ordinal);

    /// <summary>Cores by allocation.</summary>
    public Dictionary<string, double> Cores { get; } = new(StringComparer.Ordinal);

    /// <summary>Bytes by allocation.</summary>
    public Dictionary<string, double> Memory { get; } = new(StringComparer.Ordinal);

    /// <summary>The share in use by node.</summary>
    public Dictionary<string, double> Disks { get; } = new(StringComparer.Ordinal);

    /// <summary>Values of other PromQL; what is not there has no series.</summary>
    public Dictionary<string, double[]> Others { get; } = new(StringComparer.Ordinal);

    /// <summary>Gateways whose counters of requests are here.</summary>
    public int GatewaysCounting { get; set; } = 1;

    /// <summary>Measurements that gateways left out, a second.</summary>
    public double LeftOut { get; set; }

    /// <summary>How queries fail; null answers them.</summary>
    public Func<MetricAnswer>? Fault { get; set; }

    /// <summary>Only what is asked at one time is answered.</summary>
    public bool RangesFail { get; set; }

    /// <summary>Nothing before this time is remembered.</summary>
    public long RememberedFromUnixMs { get; set; } = long.MinValue;

    /// <summary>PromQL that cannot be read.</summary>
    public HashSet<string> Bad { get; } = new(StringComparer.Ordinal);

    /// <summary>Queries with one of these in them take <see cref="SlowFor"/>.</summary>
    public HashSet<string> Slow { get; } = new(StringComparer.Ordinal);

    public static TimeSpan SlowFor { get; } = TimeSpan.FromSeconds(20);

    /// <summary>Lets time pass.</summary>
    public Action<TimeSpan>? Pass { get; set; }

    public List<string> Asked { get; } = [];

    /// <summary>How old samples might be, by query.</summary>
    public Dictionary<string, TimeSpan?> LookBacks { get; } = new(StringComparer.Ordinal);

    /// <summary>Steps that range queries gave in all.</summary>
    public long StepsRead { get; private set; }

    /// <summary>Never answers.</summary>
    public bool Hangs { get; set; }

    public ValueTask<MetricAnswer> InstantAsync(
        string expression, long atUnixMs, TimeSpan? lookBack, CancellationToken cancellation)
    {
        Asked.Add(expression);
        LookBacks[expression] = lookBack;
        if (Hangs)
            return new ValueTask<MetricAnswer>(new TaskCompletionSource<MetricAnswer>().Task.WaitAsync(cancellation));
        if (Slow.Any(part => expression.Contains(part, StringComparison.Ordinal)))
        {
            Pass!(SlowFor);
            cancellation.ThrowIfCancellationRequested();
        }

        return ValueTask.FromResult(Fault?.Invoke() ?? Answer(expression, atUnixMs, 0, 1));
    }

    public ValueTask<MetricAnswer> RangeAsync(
        string expression, long startUnixMs, long endUnixMs, TimeSpan step, TimeSpan? lookBack,
        CancellationToken cancellation)
    {
        Asked.Add(expression);
        LookBacks[expression] = lookBack;
        long stepMs = (long)step.TotalMilliseconds;
        int count = (int)((endUnixMs - startUnixMs) / stepMs) + 1;
        StepsRead += count;
        if (RangesFail)
            return ValueTask.FromResult(new MetricAnswer { Failure = MetricQueryFailure.Unavailable, Error = "busy" });
        return ValueTask.FromResult(Fault?.Invoke() ?? Answer(expression, startUnixMs, stepMs, count));
    }

    private static MetricAnswer Refusal => new() { Failure = MetricQueryFailure.BadQuery, Error = "parse error" };

    private MetricAnswer Answer(string expression, long start, long step, int count)
    {
        if (Bad.Contains(expression)) return Refusal;
        var rows = new List<(MetricLabel[] Labels, Func<long, double> Value)>();
        bool isHistory = expression.StartsWith("sum(sum by (upstream)", StringComparison.Ordinal);
        if (Others.TryGetValue(expression, out double[]? values))
            rows.AddRange(values.Select(value => (Array.Empty<MetricLabel>(), Constant(value))));
        else if (isHistory)
            rows.AddRange(Requests.Where(one => expression.Contains($"\"{one.Key}\"", StringComparison.Ordinal))
                .Select(one => (Array.Empty<MetricLabel>(), one.Value)));
        else if (expression.StartsWith("count by (upstream)", StringComparison.Ordinal))
            rows.AddRange(Requests.Where(_ => GatewaysCounting > 0)
                .Select(one => (Label("upstream", one.Key), Constant(GatewaysCounting))));
        else if (expression.Contains("flyball_gateway_requests_total", StringComparison.Ordinal))
            rows.AddRange(Requests.Select(one => (Label("upstream", one.Key), one.Value)));
        else if (expression.Contains("request_duration_seconds", StringComparison.Ordinal))
            rows.AddRange(Concurrency.Select(one => (Label("upstream", one.Key), Constant(one.Value))));
        else if (expression.Contains("label_sets_refused", StringComparison.Ordinal) && LeftOut != 0)
            rows.Add(([], Constant(LeftOut)));
        else if (expression.StartsWith("sum by (allocation)", StringComparison.Ordinal))
            rows.AddRange(Cores.Select(one => (Label("allocation", one.Key), Constant(one.Value))));
        else if (expression.StartsWith("max by (node)", StringComparison.Ordinal))
            rows.AddRange(Disks.Select(one => (Label("node", one.Key), Constant(one.Value))));
        else if (expression.StartsWith("sum by (workload, allocation)", StringComparison.Ordinal))
            rows.AddRange(Cores.Select(one => (OfWeb(one.Key), Constant(one.Value))));
        else if (expression.StartsWith("max by (workload, allocation)", StringComparison.Ordinal))
            rows.AddRange(Memory.Select(one => (OfWeb(one.Key), Constant(one.Value))));
        double[] all = new double[rows.Count * count];
        for (int row = 0; row < rows.Count; row++)
        for (int i = 0; i < count; i++)
        {
            long at = start + (i * step);
            all[(row * count) + i] = at < RememberedFromUnixMs ? MetricMatrix.Absent : rows[row].Value(at);
        }

        return new MetricAnswer
        {
            Matrix = new MetricMatrix(start, step, count, [.. rows.Select(row => row.Labels)], all),
        };
    }

    private static MetricLabel[] OfWeb(string allocation) =>
        [new MetricLabel("allocation", allocation), new MetricLabel("workload", ScalingWorld.Web)];

    private static MetricLabel[] Label(string name, string value) => [new MetricLabel(name, value)];

    private static Func<long, double> Constant(double value) => _ => value;
}
