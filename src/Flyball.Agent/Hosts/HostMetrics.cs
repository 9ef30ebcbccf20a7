using System.Diagnostics.Metrics;
using Flyball.Base.Work;
using Flyball.Contracts.Metrics;
using Flyball.Contracts.Telemetry.Reporting;

namespace Flyball.Agent.Hosts;

/// <summary>
/// The machine's metrics under the names and labels of node_exporter, so that its dashboards and alerts work. File
/// systems are asked apart: one whose server is away may never answer, and nothing else waits for it.
/// </summary>
internal sealed class HostMetrics(IWorkers workers, TimeProvider time) : ISampleSource
{
    /// <summary>How long file systems are waited for; those of an earlier round go on to be shown meanwhile.</summary>
    private static readonly TimeSpan FileSystemPatience = TimeSpan.FromSeconds(2);

    private static readonly Meter Meter = new("Flyball.Agent");
    private static readonly Counter<long> Stuck = Meter.CreateCounter<long>(
        "flyball.agent.file_systems_stuck", "{reading}", "Readings of file systems that did not end in time.");

    private readonly IHostReader[] readers = All(HostPaths.Machine);
    private readonly FileSystemReader fileSystems = new(HostPaths.Machine);
    private readonly SampleWriter fileSystemWriter = new();
    private MetricBatch shown = new();
    private MetricBatch filling = new();
    private Task? reading;

    /// <summary>Everything but file systems.</summary>
    public static IHostReader[] All(HostPaths paths) =>
    [
        new SystemReader(paths), new ClockReader(), new CpuReader(paths), new LoadReader(paths),
        new MemoryReader(paths), new PressureReader(paths), new DiskReader(paths), new NetworkReader(paths),
        new SocketReader(paths), new NetstatReader(paths),
    ];

    public async ValueTask CollectAsync(SampleWriter into, CancellationToken cancellation)
    {
        reading ??= Start(into, cancellation);
        await workers.RunAsync(
            () =>
            {
                foreach (IHostReader reader in readers) reader.Read(into);
            },
            cancellation);
        if (await IsReadAsync(cancellation)) (shown, filling) = (filling, shown);
        else Stuck.Add(1);
        Copy(into);
    }

    private Task Start(SampleWriter into, CancellationToken cancellation)
    {
        fileSystemWriter.Begin(filling, into.AtUnixMs, into.WantsDescriptions);
        return workers.RunAsync(() => fileSystems.Read(fileSystemWriter), cancellation);
    }

    private async ValueTask<bool> IsReadAsync(CancellationToken cancellation)
    {
        try
        {
            await reading!.WaitAsync(FileSystemPatience, time, cancellation);
            return true;
        }
        catch (TimeoutException)
        {
            return false;
        }
        finally
        {
            if (reading!.IsCompleted) reading = null;
        }
    }

    private void Copy(SampleWriter into)
    {
        for (int series = 0; series < shown.SeriesCount; series++)
        {
            ReadOnlySpan<MetricLabel> labels = shown.Labels(series);
            into.Add(labels[0].Value, shown.Samples(series)[0].Value, labels[1..]);
        }

        if (!into.WantsDescriptions) return;
        foreach (MetricDescription one in shown.Descriptions) into.Describe(one.Name, one.Type, one.Help, one.Unit);
    }
}
