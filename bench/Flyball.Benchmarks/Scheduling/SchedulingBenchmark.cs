using System.Diagnostics;
using System.Globalization;
using Flyball.Base.Ids;
using Flyball.Base.Resources;
using Flyball.Contracts;
using Flyball.Contracts.Agent;
using Flyball.Contracts.Scheduling;
using Flyball.Scheduling.Reconciling;

namespace Flyball.Benchmarks.Scheduling;

/// <summary>
/// What planning costs on one core, the store left out: the first placement of everything, the full pass of a new
/// leader over a converged cluster, and the pass after one allocation or one node changed.
/// Arguments: workloads, replicas of each, nodes (1000, 10, 50).
/// </summary>
internal static class SchedulingBenchmark
{
    private const int Rounds = 200;
    private static readonly DateTimeOffset Start = DateTimeOffset.FromUnixTimeMilliseconds(1_700_000_000_000);

    public static void Run(string[] args)
    {
        int workloads = Argument(args, 0, 1000);
        int replicas = Argument(args, 1, 10);
        int nodes = Argument(args, 2, 50);
        Measure(workloads, replicas, nodes, print: false);
        Measure(workloads, replicas, nodes, print: true);
    }

    private static void Measure(int workloads, int replicas, int nodes, bool print)
    {
        var cluster = new Cluster(workloads, replicas, nodes);
        var index = new ClusterIndex();
        index.Load(cluster.Snapshot, cluster.NowUnixMs);
        Plan placed = Time("first placement of all", print, () => cluster.Plan(index, index.TakeDirty()));
        cluster.Commit(index, placed);
        cluster.ReportAllHealthy(index);
        cluster.NowUnixMs += 60_000;
        cluster.Commit(index, cluster.Plan(index, index.TakeDirty()));
        index.TakeDirty();

        var fresh = new ClusterIndex();
        Time("new leader: load", print, () => { fresh.Load(cluster.Snapshot, cluster.NowUnixMs); return 0; });
        Plan full = Time("new leader: full pass, converged", print, () => cluster.Plan(fresh, fresh.TakeDirty()));
        if (!full.IsEmpty) throw new InvalidOperationException("The converged cluster still changes.");
        Percentiles("one status changed", print, cluster, index, i => cluster.ReportOf(i, AllocationPhase.Running));
        Percentiles("one allocation failed", print, cluster, index, i => cluster.ReportOf(i, AllocationPhase.Failed));
        Percentiles("one node changed", print, cluster, index, cluster.TouchOf);
    }

    private static T Time<T>(string what, bool print, Func<T> action)
    {
        GC.Collect();
        long begin = Stopwatch.GetTimestamp();
        T result = action();
        double ms = Stopwatch.GetElapsedTime(begin).TotalMilliseconds;
        if (print) Console.Out.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{what,-36} {ms,9:0.00} ms"));
        return result;
    }

    private static void Percentiles(
        string what, bool print, Cluster cluster, ClusterIndex index, Func<int, ResourceChange> changeOf)
    {
        var ms = new double[Rounds];
        for (int i = 0; i < Rounds; i++)
        {
            ResourceChange change = changeOf(i);
            long begin = Stopwatch.GetTimestamp();
            index.Apply(change, cluster.NowUnixMs);
            cluster.Plan(index, index.TakeDirty());
            ms[i] = Stopwatch.GetElapsedTime(begin).TotalMilliseconds;
        }

        Array.Sort(ms);
        if (!print) return;
        string text = $"{what,-36} p50 {ms[Rounds / 2],7:0.000} ms   p99 {ms[Rounds * 99 / 100],7:0.000} ms";
        Console.Out.WriteLine(text.ToString(CultureInfo.InvariantCulture));
    }

    private static int Argument(string[] args, int index, int otherwise) =>
        args.Length > index ? int.Parse(args[index], CultureInfo.InvariantCulture) : otherwise;

    /// <summary>A cluster of one's own making: a snapshot, and the changes that its index is told.</summary>
    private sealed class Cluster
    {
        private readonly Reconciler reconciler = new(new IdSource(TimeProvider.System, new Random(1)));
        private Revision revision;

        public Cluster(int workloads, int replicas, int nodes)
        {
            var rows = new List<ResourceChange>();
            revision = revision.Next;
            for (int i = 0; i < nodes; i++) rows.Add(Row(Kinds.Node, $"n{i:0000}", NodeOf(i)));
            for (int i = 0; i < workloads; i++)
                rows.Add(Row(Kinds.Workload, $"p{i / 10}.s{i}", new Workload
                {
                    Project = $"p{i / 10}", Service = $"s{i}", Replicas = replicas,
                    Task = new TaskSpec
                    {
                        Driver = "docker", Image = $"image:{i}",
                        Resources = new ResourceLimits { CpuReservation = 0.1, MemoryReservationBytes = 64 << 20 },
                    },
                }));
            Snapshot = ResourceSnapshot.Empty.Apply(rows, revision);
        }

        public ResourceSnapshot Snapshot { get; private set; }

        public long NowUnixMs { get; set; } = Start.ToUnixTimeMilliseconds();

        public Plan Plan(ClusterIndex index, IEnumerable<string> names) =>
            reconciler.Reconcile(new ClusterView(index, NowUnixMs, new SchedulingPolicy()), names);

        public void Commit(ClusterIndex index, Plan plan)
        {
            revision = revision.Next;
            Apply(index,
                [.. plan.Workloads.SelectMany(workload => workload.Writes).Select(write => write.Value is { } value
                ? ResourceChange.Put(new StoredResource(write.Key, revision, value))
                : ResourceChange.Delete(write.Key, revision))]);
        }

        public void ReportAllHealthy(ClusterIndex index)
        {
            revision = revision.Next;
            Apply(index, [.. Snapshot.List(Kinds.Allocation).Select(row => Row(Kinds.AllocationStatus, row.Key.Name,
                Status(row.Value, AllocationPhase.Running)))]);
        }

        public ResourceChange TouchOf(int i)
        {
            revision = revision.Next;
            Resource<Node> node = Snapshot.List(Kinds.Node).ElementAt(i % Snapshot.Count(Kinds.Node.Name));
            return Row(Kinds.Node, node.Key.Name, node.Value with { AgentVersion = $"{i}" });
        }

        public ResourceChange ReportOf(int i, AllocationPhase phase)
        {
            revision = revision.Next;
            Allocation allocation = Snapshot.List(Kinds.Allocation)
                .ElementAt(i * 37 % Snapshot.Count(Kinds.Allocation.Name)).Value;
            return Row(Kinds.AllocationStatus, allocation.Id, Status(allocation, phase));
        }

        private void Apply(ClusterIndex index, List<ResourceChange> changes)
        {
            Snapshot = Snapshot.Apply(changes, revision);
            foreach (ResourceChange change in changes) index.Apply(change, NowUnixMs);
        }

        private ResourceChange Row<T>(ResourceKind<T> kind, string name, T value) where T : class =>
            ResourceChange.Put(new StoredResource(kind.Key(name), revision, kind.Encode(value)));

        private static Node NodeOf(int i) => new()
        {
            Id = $"n{i:0000}", Hostname = $"n{i:0000}", Address = "127.0.0.1", CpuCores = 64, MemoryBytes = 256L << 30,
            State = NodeState.Ready, Drivers = [new DriverInfo("docker", true, "29")], ChangedUnixMs = 0,
        };

        private static AllocationStatus Status(Allocation allocation, AllocationPhase phase) => new()
        {
            Allocation = allocation.Id, Workload = allocation.Workload, Node = allocation.Node, Phase = phase,
            Health = phase == AllocationPhase.Running ? HealthState.Passing : HealthState.Unknown, ObservedUnixMs = 0,
        };
    }
}
