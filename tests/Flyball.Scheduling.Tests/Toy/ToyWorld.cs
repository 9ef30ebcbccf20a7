using System.Text;
using Flyball.Base.Ids;
using Flyball.Base.Resources;
using Flyball.Contracts;
using Flyball.Contracts.Agent;
using Flyball.Contracts.Journal;
using Flyball.Contracts.Scheduling;
using Flyball.Scheduling.Reconciling;

namespace Flyball.Scheduling.Tests.Toy;

/// <summary>
/// A cluster in one thread: the real index and reconciler, a toy store and toy agents, a clock that is moved by hand.
/// After each committed plan <see cref="Committed"/> may check what must always hold.
/// </summary>
internal sealed class ToyWorld
{
    private readonly SortedDictionary<string, long> wakes = new(StringComparer.Ordinal);
    private readonly Reconciler reconciler;

    public ToyWorld(int seed = 1, SchedulingPolicy? policy = null)
    {
        Policy = policy ?? new SchedulingPolicy();
        reconciler = new Reconciler(new IdSource(Time, new Random(seed)));
        Store.Changed += change => Index.Apply(change, Time.UnixMs);
    }

    public ToyTime Time { get; } = new();

    public ToyStore Store { get; } = new();

    public ClusterIndex Index { get; private set; } = new();

    public SchedulingPolicy Policy { get; }

    public SortedDictionary<string, ToyAgent> Agents { get; } = new(StringComparer.Ordinal);

    /// <summary>Called with the snapshot before a plan, the plan, and the snapshot after it.</summary>
    public Action<ResourceSnapshot, WorkloadPlan, ResourceSnapshot>? Committed { get; set; }

    public ToyWorld WithNode(string id, Func<Node, Node>? change = null)
    {
        var node = new Node
        {
            Id = id, Hostname = id, Address = "127.0.0.1", CpuCores = 4, MemoryBytes = 8L << 30,
                State = NodeState.Ready,
            Drivers = [new DriverInfo("docker", true, "29")], ChangedUnixMs = Time.UnixMs,
        };
        Store.Put(Kinds.Node, id, change?.Invoke(node) ?? node);
        Agents[id] = new ToyAgent(Store, Time, id);
        return this;
    }

    public void SetNode(string id, NodeState state)
    {
        Node node = Store.Current.Get(Kinds.Node, id)!.Value.Value;
        Store.Put(Kinds.Node, id, node with { State = state, ChangedUnixMs = Time.UnixMs });
        Agents[id].Connected = state == NodeState.Ready;
        if (state != NodeState.Lost) return;
        foreach (Resource<AllocationStatus> status in Store.Current.List(Kinds.AllocationStatus).ToArray())
            if (status.Value.Node == id && !status.Value.IsTerminal)
                Store.Put(Kinds.AllocationStatus, status.Key.Name, status.Value with { Phase = AllocationPhase.Lost });
    }

    public ToyWorld Apply(string service, int replicas, string image, Func<Workload, Workload>? change = null)
    {
        var workload = new Workload
        {
            Project = "shop", Service = service, Replicas = replicas,
                Task = new TaskSpec { Driver = "docker", Image = image },
        };
        string name = WorkloadName.Of("shop", service);
        Store.Put(Kinds.Workload, name, change?.Invoke(workload) ?? workload);
        return this;
    }

    public void Change(string service, Func<Workload, Workload> change) =>
        Store.Put(Kinds.Workload, $"shop.{service}",
            change(Store.Current.Get(Kinds.Workload, $"shop.{service}")!.Value.Value));

    public void Scale(string service, int replicas) =>
        Store.Put(Kinds.Scale, $"shop.{service}",
            new Scale { Workload = $"shop.{service}", Replicas = replicas, Source = "user" });

    public void Remove(string service) => Store.Delete(Kinds.Workload.Key($"shop.{service}"));

    /// <summary>A new leader: nothing is known but what the store holds.</summary>
    public void ChangeLeader()
    {
        wakes.Clear();
        Index = new ClusterIndex();
        Index.Load(Store.Current, Time.UnixMs);
    }

    /// <summary>Reconciles until nothing is left to do now. Plans that never end are a test's failure.</summary>
    public void Reconcile()
    {
        for (int round = 0; round < 200; round++)
        {
            foreach ((string name, long at) in wakes.ToArray())
                if (at <= Time.UnixMs) Index.MarkDirty(name);
            IReadOnlyList<string> dirty = Index.TakeDirty();
            if (dirty.Count == 0) return;
            foreach (string name in dirty) ReconcileOne(name);
        }

        Assert.Fail("The plan of an unchanged world never became empty.");
    }

    /// <summary>
    /// Lets the agents act until all is quiet, then moves the clock to what is waited for, for at most a time.
    /// </summary>
    public ToyWorld Settle(int secondsMax = 1200)
    {
        long end = Time.UnixMs + (secondsMax * 1000L);
        while (true)
        {
            Reconcile();
            if (ActOnce()) continue;
            long next = wakes.Count == 0 ? long.MaxValue : wakes.Values.Min();
            Time.UnixMs = Math.Max(Time.UnixMs, Math.Min(next, end));
            if (next > end) return this;
        }
    }

    /// <summary>One transition of each pending allocation, a millisecond later.</summary>
    public bool ActOnce()
    {
        bool acted = false;
        Time.UnixMs++;
        foreach (ToyAgent agent in Agents.Values)
            foreach (string id in agent.Pending())
            {
                agent.Act(id);
                acted = true;
            }

        return acted;
    }

    public Rollout Rollout(string service) => Store.Current.Get(Kinds.Rollout, $"shop.{service}")!.Value.Value;

    public IReadOnlyList<Allocation> Allocations(string service) =>
        [.. Store.Current.List(Kinds.Allocation).Select(row => row.Value)
            .Where(row => row.Workload == $"shop.{service}")];

    public AllocationStatus? Status(string id) => Store.Current.Get(Kinds.AllocationStatus, id)?.Value;

    /// <summary>The allocations, one a line: index, version, node, what is desired, what was observed.</summary>
    public string Describe(string service)
    {
        var text = new StringBuilder();
        foreach (Allocation allocation in Allocations(service).OrderBy(row => row.Index).ThenBy(row => row.Version))
        {
            AllocationStatus? status = Status(allocation.Id);
            text.Append($"{allocation.Index} v{allocation.Version} {allocation.Node} {allocation.Desired}");
            text.Append($" {status?.Phase.ToString() ?? "-"}{(status?.Health == HealthState.Passing ? "+" : "")}\n");
        }

        return text.ToString();
    }

    public IReadOnlyList<Decision> Decisions(string area) =>
        [.. Store.Journal.Where(entry => entry.Table == JournalTables.Decisions)
            .Select(entry => JournalEntries.Decision(new JournalRow(0, entry)))
            .Where(decision => decision.Area == area)];

    private void ReconcileOne(string name)
    {
        wakes.Remove(name);
        var view = new ClusterView(Index, Time.UnixMs, Policy);
        foreach (WorkloadPlan plan in reconciler.Reconcile(view, [name]).Workloads)
        {
            Index.SetAwaiting(name, plan.AwaitsOthers);
            if (plan.WakeAtUnixMs is { } at) wakes[name] = at;
            if (plan.IsEmpty) continue;
            ResourceSnapshot before = Store.Current;
            Assert.True(
                Store.Commit(plan.ToTransaction(Time)), $"The plan for {name} was made from what is not there.");
            Committed?.Invoke(before, plan, Store.Current);
        }
    }
}
