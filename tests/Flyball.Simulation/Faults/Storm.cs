using Flyball.Simulation.Clusters;
using Flyball.Simulation.Roles;
using Flyball.Simulation.Tasks;

namespace Flyball.Simulation.Faults;

/// <summary>
/// Injects faults for a while, several at a time, drawn from the seed. Each fault is a method that begins it, waits,
/// and ends it; to add one, write it and give it a share in <see cref="Draw"/>.
/// </summary>
internal sealed class Storm(SimulatedCluster cluster, Random random)
{
    private readonly List<Task> active = [];

    public async Task RageAsync(TimeSpan duration)
    {
        DateTimeOffset end = cluster.Time.GetUtcNow() + duration;
        while (cluster.Time.GetUtcNow() < end)
        {
            await Wait(0.2, 6);
            active.Add(RunAsync(Draw()));
        }

        await Task.WhenAll(active);
        cluster.Network.HealAll();
    }

    private Func<Task> Draw() => random.Next(100) switch
    {
        < 10 => KillServerAsync,
        < 13 => StopServerAsync,
        < 18 => FreezeServerAsync,
        < 30 => KillAgentAsync,
        < 36 => PowerOffNodeAsync,
        < 38 => TakeNodeAwayAsync,
        < 46 => KillGatewayAsync,
        < 54 => CutNodeFromServerAsync,
        < 60 => CutGatewayFromServerAsync,
        < 64 => CutGatewayFromNodeAsync,
        < 72 => BreakStreamsAsync,
        < 82 => CrashTasksAsync,
        < 86 => HangTaskAsync,
        < 90 => SilenceEngineAsync,
        < 93 => FillNodeDiskAsync,
        < 96 => FillStoreDiskAsync,
        _ => SlowNetworkAsync,
    };

    private async Task RunAsync(Func<Task> fault)
    {
        cluster.Trace.Add("fault", fault.Method.Name);
        cluster.Faults.Begin();
        await fault();
        cluster.Faults.End();
    }

    private async Task KillServerAsync()
    {
        SimulatedServer server = One(cluster.Servers);
        server.Kill();
        await Wait(0.1, 12);
        server.Start();
    }

    private async Task StopServerAsync()
    {
        SimulatedServer server = One(cluster.Servers);
        server.Stop();
        await Wait(0.2, 1);
        server.Kill();
        await Wait(0.1, 3);
        server.Start();
    }

    private async Task FreezeServerAsync()
    {
        SimulatedServer server = One(cluster.Servers);
        server.Freeze();
        await Wait(1, 25);
        server.Thaw();
    }

    private async Task KillAgentAsync()
    {
        SimulatedNode node = One(cluster.Nodes);
        node.KillAgent();
        await Wait(0.2, random.Next(4) == 0 ? 40 : 8);
        node.StartAgent();
    }

    private async Task PowerOffNodeAsync()
    {
        SimulatedNode node = One(cluster.Nodes);
        node.PowerOff();
        await Wait(2, 40);
        node.StartAgent();
    }

    /// <summary>For ever; one of three or more, so that what is desired still finds room.</summary>
    private Task TakeNodeAwayAsync()
    {
        SimulatedNode node = One(cluster.Nodes);
        if (cluster.Nodes.Count >= 3 && !cluster.Nodes.Any(one => one.IsGone)) node.TakeAway();
        return Task.CompletedTask;
    }

    private async Task KillGatewayAsync()
    {
        SimulatedGateway gateway = One(cluster.Gateways);
        gateway.Kill();
        await Wait(0.1, 10);
        gateway.Start();
    }

    private Task CutNodeFromServerAsync() => CutAsync(One(cluster.Nodes).Name, cluster.SessionServer, 50);

    private Task CutGatewayFromServerAsync() => CutAsync(One(cluster.Gateways).Name, cluster.SessionServer, 25);

    private Task CutGatewayFromNodeAsync() => CutAsync(One(cluster.Gateways).Name, One(cluster.Nodes).Name, 10);

    private async Task CutAsync(string one, string other, double secondsMax)
    {
        cluster.Trace.Add("fault", $"{one} | {other}");
        cluster.Network.Partition(one, other);
        await Wait(0.5, secondsMax);
        cluster.Network.Heal(one, other);
    }

    private async Task BreakStreamsAsync()
    {
        for (int i = random.Next(1, 8); i > 0; i--)
        {
            cluster.Network.BreakOne();
            await Wait(0, 0.5);
        }
    }

    private async Task CrashTasksAsync()
    {
        for (int i = random.Next(1, 5); i > 0; i--)
        {
            if (OneTask() is { } found) found.Node.Engine.Crash(found.Task);
            await Wait(0, 2);
        }
    }

    private async Task HangTaskAsync()
    {
        if (OneTask() is not { } found) return;
        TimeSpan duration = TimeSpan.FromSeconds(2 + (8 * random.NextDouble()));
        found.Task.HangsUntil = cluster.Time.GetUtcNow() + duration;
        await Task.Delay(duration, cluster.Time);
    }

    private async Task SilenceEngineAsync()
    {
        SimulatedNode node = One(cluster.Nodes);
        node.Engine.Answers = false;
        await Wait(0.5, 10);
        node.Engine.Answers = true;
    }

    private async Task FillNodeDiskAsync()
    {
        SimulatedNode node = One(cluster.Nodes);
        node.Disk.IsFull = true;
        await Wait(0.5, 10);
        node.Disk.IsFull = false;
    }

    private async Task FillStoreDiskAsync()
    {
        cluster.Faults.StoreTakesWrites = false;
        await Wait(0.2, 6);
        cluster.Faults.StoreTakesWrites = true;
    }

    private async Task SlowNetworkAsync()
    {
        cluster.Network.DelayMax = TimeSpan.FromMilliseconds(random.Next(50, 1500));
        cluster.Network.RepeatedShare = 0.05;
        await Wait(1, 15);
        cluster.Network.DelayMax = TimeSpan.FromMilliseconds(5);
        cluster.Network.RepeatedShare = 0;
    }

    private (SimulatedNode Node, SimulatedTask Task)? OneTask()
    {
        (SimulatedNode, SimulatedTask)[] all =
            [.. cluster.Nodes.SelectMany(node => node.Engine.Running.Select(task => (node, task)))];
        return all.Length == 0 ? null : all[random.Next(all.Length)];
    }

    private T One<T>(IReadOnlyList<T> of) => of[random.Next(of.Count)];

    private Task Wait(double secondsMin, double secondsMax) => Task.Delay(
        TimeSpan.FromSeconds(secondsMin + ((secondsMax - secondsMin) * random.NextDouble())), cluster.Time);
}
