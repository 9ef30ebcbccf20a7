using Flyball.Base.Codecs;

namespace Flyball.Metrics.Api.Tests.Peers;

/// <summary>Native histograms in Flyball and in a real Prometheus 3, compared bucket by bucket.</summary>
public sealed class HistogramDifferentialTests
{
    /// <summary>A mixed series is of floats and of histograms for so many steps in turn.</summary>
    private const int StepsPerKind = 24;

    private static readonly string[] Selectors =
    [
        "h", "h{kind=\"counter\"}", "h{kind=\"scaled\"}", "h{kind=\"custom\"}", "h{kind=\"gauge\"}",
        "h{kind=\"mixed\"}",
    ];

    /// <summary>X stands for a selector.</summary>
    private static readonly string[] Shapes =
    [
        "X", "-X", "X offset 7m", "X @ start()", "X * 2", "3 * X", "X / 4", "X + X", "X - (X offset 1m)", "X == X",
        "X != X", "X > 1", "X and h", "X or on (kind) h", "X unless on () h{kind=\"counter\"}",
        "rate(X[5m])", "increase(X[2m])", "delta(X[3m])", "irate(X[2m])", "idelta(X[2m])", "resets(X[10m])",
        "changes(X[10m])", "count_over_time(X[5m])", "present_over_time(X[5m])", "sum_over_time(X[5m])",
        "avg_over_time(X[5m])", "last_over_time(X[5m])", "max_over_time(X[5m])",
        "stddev_over_time(X[5m])", "quantile_over_time(0.5, X[5m])", "deriv(X[5m])", "predict_linear(X[5m], 60)",
        "rate(X[5m:30s])", "sum_over_time(rate(X[2m])[5m:1m])", "absent(X)", "absent_over_time(X[1m])",
        "sum(X)", "sum by (kind) (X)", "avg(X)", "avg without (n) (X)", "count(X)", "group(X)", "min(X)", "max(X)",
        "topk(1, X)", "stddev(X)", "count_values(\"v\", X)", "quantile(0.5, X)", "sum(rate(X[5m]))", "avg(rate(X[5m]))",
        "histogram_count(X)", "histogram_sum(X)", "histogram_avg(X)", "histogram_stddev(X)", "histogram_stdvar(X)",
        "histogram_quantile(0.5, X)", "histogram_quantile(0.99, rate(X[5m]))", "histogram_quantile(0, X)",
        "histogram_quantile(1, X)", "histogram_quantile(-1, X)", "histogram_quantile(NaN, X)",
        "histogram_quantile(0.9, sum by (kind) (rate(X[5m])))", "histogram_fraction(0, 2, X)",
        "histogram_fraction(-1.5, 0.3, rate(X[5m]))", "histogram_fraction(-Inf, +Inf, X)",
        "histogram_fraction(2, 1, X)",
        "label_replace(X, \"dst\", \"$1\", \"kind\", \"(.*)\")", "sort(X)", "timestamp(X)", "scalar(X)", "abs(X)",
        "clamp_max(X, 1)", "X * on (kind, n) group_left () histogram_count(X)", "histogram_count(X) / on (kind, n) X",
        "rate(X[5m]) / 2 + rate(X[5m])", "sum(X) / count(X)",
    ];

    [Fact]
    public async Task Query_NativeHistograms_AnswersAreThoseOfPrometheus()
    {
        await using Contest contest = await Contest.StartAsync("--enable-feature=native-histograms");
        foreach (RemoteWriteMessage message in Samples(contest.StartMs)) await contest.SendAsync(message);

        int nonEmpty = await contest.CompareAsync(
            Shapes.SelectMany(shape => Selectors.Select(selector => shape.Replace("X", selector))));

        Assert.InRange(nonEmpty, Shapes.Length * Selectors.Length, 2 * Shapes.Length * Selectors.Length);
    }

    /// <summary>
    /// A message for some steps of all series: within one, Prometheus stores a series' floats before its histograms.
    /// </summary>
    private static IEnumerable<RemoteWriteMessage> Samples(long startMs)
    {
        var random = new Random(3);
        (string Kind, int Number, Growing Histogram)[] all =
        [
            .. from kind in new[] { "counter", "custom", "gauge", "mixed", "scaled" }
               from number in Enumerable.Range(0, 3)
               select (kind, number, new Growing(random, kind)),
        ];
        for (int first = 0; first < Contest.Steps; first += StepsPerKind)
        {
            var message = new RemoteWriteMessage();
            foreach ((string kind, int number, Growing histogram) in all)
            {
                (string, string)[] labels = [("__name__", "h"), ("kind", kind), ("n", $"{number}")];
                bool isFloat = kind == "mixed" && first / StepsPerKind % 2 == 1;
                for (int step = first; step < first + StepsPerKind; step++)
                {
                    long atMs = startMs + (step * (long)Contest.IntervalMs);
                    if (isFloat) message.Add(labels, (atMs, step + number));
                    // One of each kind has a gap.
                    else if (step is < 100 or > 115 || number > 0)
                        message.Add(labels, [], [histogram.Next(step, atMs)]);
                }
            }

            yield return message;
        }
    }

    /// <summary>
    /// A histogram that takes observations, is reset now and then, and may change its layout. It never is near zero:
    /// that rates are not extrapolated below it is newer than the Prometheus that Debian has
    /// (https://github.com/prometheus/prometheus/pull/16828).
    /// </summary>
    private sealed class Growing(Random random, string kind)
    {
        private const int Least = 500;

        private readonly SortedDictionary<int, double> positive = [];
        private readonly SortedDictionary<int, double> negative = [];
        private double zero;
        private double sum;

        /// <summary>The message of <c>prompb.Histogram</c>, with buckets as floats.</summary>
        public byte[] Next(int step, long atMs)
        {
            bool isCustom = kind == "custom";
            if (positive.Count == 0 || step % 90 == 89 || (kind == "scaled" && step is 60 or 150)) Reset(isCustom);
            for (int observed = random.Next(6); observed >= 0; observed--)
            {
                int bucket = random.Next(isCustom ? 5 : 12);
                positive[bucket] = positive.GetValueOrDefault(bucket) + 1;
                sum += isCustom ? bucket : Math.Pow(2, bucket / 4.0);
                if (isCustom || random.Next(3) > 0) continue;
                int below = random.Next(4);
                negative[below] = negative.GetValueOrDefault(below) + 1;
                zero += random.Next(2);
                sum -= 1;
            }

            if (kind == "gauge" && step % 30 == 7) positive.Remove(positive.Keys.First());
            return Encode(step, atMs, isCustom);
        }

        private void Reset(bool isCustom)
        {
            for (int bucket = 0; bucket < (isCustom ? 5 : 12); bucket++) positive[bucket] = Least + (bucket * 7);
            for (int bucket = 0; bucket < (isCustom ? 0 : 4); bucket++) negative[bucket] = Least;
            (zero, sum) = (isCustom ? 0 : Least, Least);
        }

        private byte[] Encode(int step, long atMs, bool isCustom)
        {
            int schema = isCustom ? -53 : kind == "scaled" && step is >= 60 and < 150 ? 0 : 2;
            var message = new ByteBuffer();
            Number(message, 2, positive.Values.Sum() + negative.Values.Sum() + zero);
            Number(message, 3, sum);
            message.Byte(4 << 3);
            message.VarUInt(ZigZag(schema));
            if (!isCustom)
            {
                Number(message, 5, 0.001);
                Number(message, 7, zero);
            }

            Side(message, 8, 10, negative);
            Side(message, 11, 13, positive);
            if (kind == "gauge")
            {
                message.Byte(14 << 3);
                message.VarUInt(3);
            }

            message.Byte(15 << 3);
            message.VarUInt((ulong)atMs);
            if (isCustom) Packed(message, 16, [0.5, 1, 2, 4]);
            return message.Written.ToArray();
        }

        /// <summary>A span for each bucket, whose offset is from the end of the one before.</summary>
        private static void Side(ByteBuffer message, int spans, int counts, SortedDictionary<int, double> buckets)
        {
            if (buckets.Count == 0) return;
            int next = 0;
            foreach (int bucket in buckets.Keys)
            {
                var span = new ByteBuffer();
                span.Byte(1 << 3);
                span.VarUInt(ZigZag(bucket - next));
                span.Byte(2 << 3);
                span.VarUInt(1);
                Sized(message, spans, span.Written);
                next = bucket + 1;
            }

            Packed(message, counts, buckets.Values);
        }

        private static void Packed(ByteBuffer message, int field, IEnumerable<double> values)
        {
            var packed = new ByteBuffer();
            foreach (double value in values) packed.Double(value);
            Sized(message, field, packed.Written);
        }

        private static void Number(ByteBuffer message, int field, double value)
        {
            message.Byte((byte)((field << 3) | 1));
            message.Double(value);
        }

        private static void Sized(ByteBuffer message, int field, ReadOnlySpan<byte> bytes)
        {
            message.VarUInt((ulong)((field << 3) | 2));
            message.Sized(bytes);
        }

        private static ulong ZigZag(int value) => (ulong)(uint)((value << 1) ^ (value >> 31));
    }
}
