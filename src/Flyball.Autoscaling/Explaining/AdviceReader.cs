using Flyball.Autoscaling.Capacity;
using Flyball.Base.Resources;
using Flyball.Contracts;
using Flyball.Contracts.Metrics;
using Flyball.Contracts.Scheduling;

namespace Flyball.Autoscaling.Explaining;

/// <summary>
/// Makes vertical advice from the usage that the metrics remember, when somebody asks: a day at a time, so that memory
/// has a bound whatever the range.
/// </summary>
internal sealed class AdviceReader(IMetricQuery metrics, IResourceReader store, TimeProvider time)
{
    private const double MebiByte = 1 << 20;
    private static readonly TimeSpan Step = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan Chunk = TimeSpan.FromDays(1);

    /// <param name="names">Workloads by their whole names.</param>
    /// <param name="range">How far back.</param>
    /// <param name="cancellation">Ends the reading.</param>
    /// <returns>The advice, or why there is none.</returns>
    public async Task<(AdviceAnswer? Answer, string Error)> ReadAsync(
        IReadOnlyList<string> names, TimeSpan range, CancellationToken cancellation)
    {
        var snapshot = store.Current;
        var workloads = names.Select(name => snapshot.Get(Kinds.Workload, name)).OfType<Resource<Workload>>().ToList();
        var advisors = workloads.ToDictionary(
            workload => workload.Key.Name,
            workload => new VerticalAdvisor(Math.Max(1, Wanted(snapshot, workload)) * (Chunk / Step)),
            StringComparer.Ordinal);
        if (await LearnAsync(advisors, names.Count == 1 ? names[0] : null, range, cancellation) is { Length: > 0 } e)
            return (null, e);
        AdviceRow[] rows =
            [.. workloads.Select(workload => Row(snapshot, workload, advisors[workload.Key.Name]))];
        return (
            new AdviceAnswer(
                range.TotalSeconds,
                rows.Sum(row => Math.Max(0, row.WastedCores ?? 0)),
                rows.Sum(row => Math.Max(0, row.WastedGibiBytes ?? 0)),
                rows),
            "");
    }

    private async Task<string> LearnAsync(
        Dictionary<string, VerticalAdvisor> advisors, string? only, TimeSpan range, CancellationToken cancellation)
    {
        var matcher = only is null ? "" : $"{{workload=\"{only}\"}}";
        var window = $"[{(long)Step.TotalMilliseconds}ms]";
        var cpu = $"sum by (workload, allocation) (rate(flyball_allocation_cpu_seconds_total{matcher}{window}))";
        var memory = "max by (workload, allocation) "
            + $"(max_over_time(flyball_allocation_memory_bytes{matcher}{window}))";
        var end = time.GetUtcNow().ToUnixTimeMilliseconds();
        var stepMs = (long)Step.TotalMilliseconds;
        var begin = end - (long)range.TotalMilliseconds + stepMs;
        for (var from = begin; from <= end; from += (long)Chunk.TotalMilliseconds)
        {
            var to = Math.Min(end, from + (long)Chunk.TotalMilliseconds - stepMs);
            foreach (var (expression, isCpu) in ((string, bool)[])[(cpu, true), (memory, false)])
            {
                var answer = await metrics.RangeAsync(expression, from, to, Step, cancellation);
                if (!answer.IsSuccess)
                    return answer.Error;
                Learn(advisors, answer.Matrix, isCpu);
            }
        }
        return "";
    }

    // Step by step over all replicas: later usage counts for more.
    private static void Learn(Dictionary<string, VerticalAdvisor> advisors, MetricMatrix matrix, bool isCpu)
    {
        var rows = new VerticalAdvisor?[matrix.RowCount];
        for (var row = 0; row < rows.Length; row++)
            rows[row] = advisors.GetValueOrDefault(matrix.Label(row, "workload"));
        for (var step = 0; step < matrix.StepCount; step++)
            for (var row = 0; row < rows.Length; row++)
            {
                var value = matrix.Row(row)[step];
                if (isCpu)
                    rows[row]?.Learn(value, double.NaN);
                else
                    rows[row]?.Learn(double.NaN, value / MebiByte);
            }
    }

    private static AdviceRow Row(ResourceSnapshot snapshot, Resource<Workload> workload, VerticalAdvisor advisor)
    {
        var limits = workload.Value.Task.Resources;
        var cores = limits.CpuReservation ?? limits.CpuLimit;
        var mebiBytes = (limits.MemoryReservationBytes ?? limits.MemoryLimitBytes) / MebiByte;
        var replicas = Wanted(snapshot, workload);
        var advice = advisor.Advise(cores ?? 0, mebiBytes ?? 0, replicas);
        return new AdviceRow
        {
            Workload = workload.Key.Name,
            Replicas = replicas,
            RequestedCores = cores,
            RequestedMebiBytes = mebiBytes,
            RequestCores = advice?.RequestCores,
            LimitCores = advice?.LimitCores,
            RequestMebiBytes = advice?.RequestMebiBytes,
            LimitMebiBytes = advice?.LimitMebiBytes,
            WastedCores = cores is null ? null : advice?.WastedCores,
            WastedGibiBytes = mebiBytes is null ? null : advice?.WastedGibiBytes,
        };
    }

    private static int Wanted(ResourceSnapshot snapshot, Resource<Workload> workload) => workload.Value.Stopped
        ? 0
        : snapshot.Get(Kinds.Scale, workload.Key.Name)?.Value.Replicas ?? workload.Value.Replicas;
}
