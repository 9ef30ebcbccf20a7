using Flyball.Agent.Allocations;
using Flyball.Agent.Drivers;
using Flyball.Agent.Session;
using Flyball.Contracts.Agent;
using Flyball.Contracts.Metrics;
using Flyball.Contracts.Telemetry.Reporting;

namespace Flyball.Agent.Telemetry;

/// <summary>
/// What each allocation of this node uses and how it is, at the moment at which that was read: a rate over samples of
/// another moment would be wrong. Counters begin again with each start of its task.
/// </summary>
/// <param name="node">This node's name.</param>
internal sealed class AllocationMetrics(UsageCollector usage, string node) : ISampleSource
{
    private const string Prefix = "flyball_allocation_";

    private const double NanosecondsPerSecond = 1e9;

    private static readonly (string Name, string Type, string Help, string Unit)[] Descriptions =
    [
        ("cpu_seconds_total", "counter", "Processor time of the allocation's task.", "seconds"),
        ("cpu_limit_cores", "gauge", "Cores it may use; absent without a limit.", ""),
        ("memory_bytes", "gauge", "Memory it uses.", "bytes"),
        ("memory_limit_bytes", "gauge", "Memory it may use; absent without a limit.", "bytes"),
        ("read_bytes_total", "counter", "Bytes it read from disks.", "bytes"),
        ("written_bytes_total", "counter", "Bytes it wrote to disks.", "bytes"),
        ("received_bytes_total", "counter", "Bytes that came to its network; absent for processes.", "bytes"),
        ("sent_bytes_total", "counter", "Bytes that its network sent; absent for processes.", "bytes"),
        ("pids", "gauge", "Processes and threads it has.", ""),
        ("restarts_total", "counter", "Starts of its task in place after the first.", ""),
        ("running", "gauge", "1 when its task runs, else 0.", ""),
        ("healthy", "gauge", "1 when its health check passes, else 0.", ""),
        ("start_time_seconds", "gauge", "When its task started, since 1970.", "seconds"),
    ];

    /// <summary>Labels of an allocation never change, so they are made once.</summary>
    private Dictionary<string, MetricLabel[]> labels = new(StringComparer.Ordinal);
    private Dictionary<string, MetricLabel[]> spare = new(StringComparer.Ordinal);

    public ValueTask CollectAsync(SampleWriter into, CancellationToken cancellation)
    {
        if (into.WantsDescriptions)
        {
            foreach ((string name, string type, string help, string unit) in Descriptions)
                into.Describe(Prefix + name, type, help, unit);
        }

        spare.Clear();
        foreach (AllocationReading reading in usage.Readings)
        {
            string id = reading.Record.Allocation.Id;
            MetricLabel[] known = labels.GetValueOrDefault(id) ?? Labels(reading.Record);
            spare[id] = known;
            into.AtUnixMs = reading.AtUnixMs;
            WriteState(into, reading.Record, known);
            if (reading.Usage is { } used) WriteUsage(into, used, known);
        }

        (labels, spare) = (spare, labels);
        return ValueTask.CompletedTask;
    }

    private MetricLabel[] Labels(AllocationRecord record) => [.. AllocationLabels.Of(record, node)];

    private static void WriteState(SampleWriter into, AllocationRecord record, MetricLabel[] labels)
    {
        AllocationState state = record.State;
        into.Add("flyball_allocation_restarts_total", state.Restarts, labels);
        into.Add("flyball_allocation_running", state.Handle is null ? 0 : 1, labels);
        into.Add("flyball_allocation_healthy", state.Health == HealthState.Passing ? 1 : 0, labels);
        if (record.Spec.Resources.CpuLimit is { } cores) into.Add("flyball_allocation_cpu_limit_cores", cores, labels);
        if (record.Spec.Resources.MemoryLimitBytes is { } bytes)
            into.Add("flyball_allocation_memory_limit_bytes", bytes, labels);
        if (state is { Handle: not null, StartedUnixMs: { } started })
            into.Add("flyball_allocation_start_time_seconds", started / 1000.0, labels);
    }

    private static void WriteUsage(SampleWriter into, TaskUsage used, MetricLabel[] labels)
    {
        into.Add("flyball_allocation_cpu_seconds_total", used.CpuNanoseconds / NanosecondsPerSecond, labels);
        into.Add("flyball_allocation_memory_bytes", used.MemoryBytes, labels);
        into.Add("flyball_allocation_read_bytes_total", used.ReadBytes, labels);
        into.Add("flyball_allocation_written_bytes_total", used.WrittenBytes, labels);
        if (used.ReceivedBytes is { } received) into.Add("flyball_allocation_received_bytes_total", received, labels);
        if (used.SentBytes is { } sent) into.Add("flyball_allocation_sent_bytes_total", sent, labels);
        into.Add("flyball_allocation_pids", used.Pids, labels);
    }
}
