using System.Threading.Channels;
using Flyball.Contracts.Autoscaling;

namespace Flyball.Autoscaling.Activation;

/// <summary>
/// What the gateways with a session on this server are asked for. In memory only: after a start nothing is known, and
/// what is not known lets nothing go. Used by all threads.
/// </summary>
internal sealed class ActivationBoard(TimeProvider time) : IActivation
{
    private readonly Lock gate = new();
    private readonly SortedDictionary<string, HeardGateway> gateways = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, long> usedAt = new(StringComparer.Ordinal);

    /// <summary>Holds one signal at most: the list says for whom.</summary>
    private readonly Channel<bool> wakes = Channel.CreateBounded<bool>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    // Before this, anything may have been asked for.
    private long knownSince = long.MinValue;

    public void Report(string gateway, GatewayDemand demand)
    {
        var now = Now();
        lock (gate)
        {
            if (!gateways.TryGetValue(gateway, out var heard))
            {
                gateways.Add(gateway, heard = new HeardGateway());
                knownSince = now;
            }
            heard.AppliedRevision = demand.AppliedRevision;
            heard.Waiting = demand.Waiting;
            foreach (var workload in demand.Waiting.Keys)
                usedAt[workload] = now;
            if (demand.IsCut)
                knownSince = now;
        }
        if (demand.Waiting.Values.Any(waiting => waiting > 0))
            wakes.Writer.TryWrite(true);
    }

    public void Ended(string gateway)
    {
        lock (gate)
            gateways.Remove(gateway);
    }

    /// <summary>Returns when requests wait; again and again for as long as they do, as gateways report.</summary>
    public async Task WaitAsync(CancellationToken cancellation) => await wakes.Reader.ReadAsync(cancellation);

    /// <summary>The workloads that requests wait for, with their number, in ordinal order.</summary>
    public IReadOnlyDictionary<string, int> Waiting()
    {
        var all = new SortedDictionary<string, int>(StringComparer.Ordinal);
        lock (gate)
            foreach (var heard in gateways.Values)
                foreach (var (workload, waiting) in heard.Waiting)
                    if (waiting > 0)
                        all[workload] = all.GetValueOrDefault(workload) + waiting;
        return all;
    }

    /// <summary>
    /// What is known of one workload's use.
    /// </summary>
    /// <param name="workload">Its name.</param>
    /// <param name="policyRevision">Gateways that do not serve by this yet do not tell of it.</param>
    /// <param name="live">Gateways that the store calls live.</param>
    /// <param name="atUnixMs">Now.</param>
    public WorkloadUse Of(string workload, long policyRevision, IReadOnlyCollection<string> live, long atUnixMs)
    {
        lock (gate)
        {
            var waiting = 0;
            foreach (var heard in gateways.Values)
                waiting += heard.Waiting.GetValueOrDefault(workload);
            var unheard = live.FirstOrDefault(
                gateway => !gateways.TryGetValue(gateway, out var heard) || heard.AppliedRevision < policyRevision);
            var last = Math.Max(knownSince, usedAt.GetValueOrDefault(workload, long.MinValue));
            return new WorkloadUse(
                waiting,
                last == long.MinValue ? null : TimeSpan.FromMilliseconds(Math.Max(0, atUnixMs - last)),
                unheard);
        }
    }

    /// <summary>Forgets workloads that have no policy any more, so that the memory of them has a bound.</summary>
    public void Keep(IReadOnlySet<string> workloads)
    {
        lock (gate)
            foreach (var gone in usedAt.Keys.Where(name => !workloads.Contains(name)).ToArray())
                usedAt.Remove(gone);
    }

    private long Now() => time.GetUtcNow().ToUnixTimeMilliseconds();

    private sealed class HeardGateway
    {
        public long AppliedRevision { get; set; }

        public IReadOnlyDictionary<string, int> Waiting { get; set; } = new Dictionary<string, int>();
    }
}
