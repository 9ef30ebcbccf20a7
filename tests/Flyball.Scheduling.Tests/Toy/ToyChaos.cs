using Flyball.Contracts;
using Flyball.Contracts.Agent;
using Flyball.Contracts.Scheduling;

namespace Flyball.Scheduling.Tests.Toy;

/// <summary>Does random things to a toy world: what users, tasks, nodes and leaders do.</summary>
internal sealed class ToyChaos(ToyWorld world, UpdateOrder order, int parallelism, bool fixedPort)
{
    private static readonly string[] Images = ["ok", "ok", "ok", "ok", "crash", "sick", "missing", "slow"];
    private int images;

    public void Begin() => Apply(2, "ok:0");

    /// <summary>One step; <paramref name="what"/> chooses it, the others its details.</summary>
    public void Step(int what, int which, int howMuch)
    {
        switch (what % 20)
        {
            case < 8: Act(which); break;
            case 8 or 9: world.Time.UnixMs += howMuch % 40_000; break;
            case 10: Pick(which, (agent, id) => agent.Crash(id)); break;
            case 11: Pick(which, (agent, id) => agent.Fail(id)); break;
            case 12: Worsen(which); break;
            case 13: Heal(which); break;
            case 14: world.Scale("web", howMuch % 6); break;
            case 15: Apply(howMuch % 5, $"{Images[which % Images.Length]}:{++images}"); break;
            case 16: world.Change("web", workload => workload with { Stopped = howMuch % 4 == 0 }); break;
            case 17: world.Change(
                "web", workload => workload with { RestartGeneration = workload.RestartGeneration + 1 }); break;
            case 18: world.ChangeLeader(); break;
            default: break;
        }

        if (howMuch % 3 != 0) world.Reconcile();
    }

    /// <summary>The faults end, and the user asks for something that works.</summary>
    public void End(int replicas)
    {
        foreach (string node in world.Agents.Keys.ToArray()) world.SetNode(node, NodeState.Ready);
        world.Change("web", workload => workload with { Stopped = false });
        Apply(replicas, "ok:last");
        world.Scale("web", replicas);
    }

    private void Apply(int replicas, string image)
    {
        int generation = world.Store.Current.Get(Kinds.Workload, "shop.web")?.Value.RestartGeneration ?? 0;
        world.Apply("web", replicas, image, workload => workload with
        {
            RestartGeneration = generation,
            Update = workload.Update with { Order = order, Parallelism = parallelism },
            Task = workload.Task with
            {
                HealthCheck = new HealthCheckSpec { Kind = HealthCheckKind.Http },
                Resources = new ResourceLimits { CpuReservation = 0.4 },
                Ports = fixedPort ? [new PortSpec { Name = "http", HostPort = 8080, ContainerPort = 80 }] : [],
            },
        });
    }

    private void Act(int which)
    {
        (ToyAgent Agent, string Id)[] pending =
            [.. world.Agents.Values.SelectMany(agent => agent.Pending().Select(id => (agent, id)))];
        if (pending.Length == 0) return;
        (ToyAgent chosen, string id) = pending[which % pending.Length];
        world.Time.UnixMs++;
        chosen.Act(id);
    }

    private void Pick(int which, Action<ToyAgent, string> action)
    {
        Allocation[] all = [.. world.Allocations("web").Where(row => world.Agents[row.Node].Connected)];
        if (all.Length > 0) action(world.Agents[all[which % all.Length].Node], all[which % all.Length].Id);
    }

    private void Worsen(int which)
    {
        string node = world.Agents.Keys.ElementAt(which % world.Agents.Count);
        bool connected = world.Agents[node].Connected;
        world.SetNode(node, connected ? NodeState.Disconnected : NodeState.Lost);
    }

    private void Heal(int which) =>
        world.SetNode(world.Agents.Keys.ElementAt(which % world.Agents.Count), NodeState.Ready);
}
