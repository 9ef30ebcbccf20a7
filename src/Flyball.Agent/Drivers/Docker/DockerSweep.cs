using Docker.DotNet;
using Docker.DotNet.Models;
using Flyball.Agent.Allocations;
using Flyball.Agent.Nodes;
using Microsoft.Extensions.Logging;

namespace Flyball.Agent.Drivers.Docker;

/// <summary>
/// Removes containers of this node that no allocation knows, after a grace: nothing is left behind for ever.
/// </summary>
internal sealed partial class DockerSweep(
    DockerEngine engine, AllocationTable table, INodeFingerprint node, AgentOptions options, TimeProvider time,
    ILogger<DockerSweep> log)
{
    private readonly SortedDictionary<string, long> firstSeen = new(StringComparer.Ordinal);

    public async Task RunAsync(CancellationToken cancellation)
    {
        using var timer = new PeriodicTimer(options.SweepInterval, time);
        do
        {
            try
            {
                await SweepAsync(cancellation);
            }
            catch (Exception e) when (e is DockerApiException
                || (DockerEngine.IsAway(e) && !cancellation.IsCancellationRequested))
            {
                Log.Failed(log, DockerEngine.Words(e));
            }
        }
        while (await timer.WaitForNextTickAsync(cancellation));
    }

    public async Task SweepAsync(CancellationToken cancellation)
    {
        string mine = (await node.ReadAsync(cancellation)).Id;
        IList<ContainerListResponse> all = await engine.ListAsync($"{DockerLabels.Node}={mine}", cancellation);
        long nowUnixMs = time.GetUtcNow().ToUnixTimeMilliseconds();
        var orphans = new HashSet<string>(StringComparer.Ordinal);
        foreach (ContainerListResponse container in all)
        {
            if (container.Labels.TryGetValue(DockerLabels.Allocation, out string? allocation)
                && table.Find(allocation) is not null) continue;
            orphans.Add(container.ID);
            if (!firstSeen.TryGetValue(container.ID, out long since)) firstSeen[container.ID] = since = nowUnixMs;
            if (nowUnixMs - since < options.SweepGrace.TotalMilliseconds) continue;
            Log.Removing(log, container.ID, allocation ?? "?");
            await engine.RemoveAsync(container.ID, cancellation);
        }

        foreach (string gone in firstSeen.Keys.Where(id => !orphans.Contains(id)).ToArray()) firstSeen.Remove(gone);
    }

    private static partial class Log
    {
        [LoggerMessage(4150, LogLevel.Warning,
            "Removing container {Container} of allocation {Allocation}, which nobody knows")]
        public static partial void Removing(ILogger logger, string container, string allocation);

        [LoggerMessage(4151, LogLevel.Debug, "The sweep could not ask the engine: {Reason}")]
        public static partial void Failed(ILogger logger, string reason);
    }
}
