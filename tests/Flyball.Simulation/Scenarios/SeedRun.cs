using Flyball.Simulation.Clusters;

namespace Flyball.Simulation.Scenarios;

/// <summary>
/// One seed: a cluster of a drawn topology is deployed, lives through a storm of faults and users, recovers, is changed
/// by its users in calm, and is cleared away.
/// </summary>
internal static class SeedRun
{
    public static SeedResult Play(int seed)
    {
        using var run = new ClusterRun(seed, Topology.Draw(new Random(seed)));
        SimulatedCluster cluster = run.Cluster;
        run.Play(async () =>
        {
            cluster.Start();
            await run.Wait(TimeSpan.FromSeconds(3));
            run.Users.ApplyAll();
            await run.Users.ActAsync(TimeSpan.FromSeconds(20));
            await Task.WhenAll(
                run.Storm.RageAsync(TimeSpan.FromSeconds(60)), run.Users.ActAsync(TimeSpan.FromSeconds(60)));
            await run.Settle();
            // What the storm made of good versions is undone by people: they apply again.
            run.Users.StartAll();
            run.Users.ApplyAll();
            await run.Settle();
            await run.Users.ActAsync(TimeSpan.FromSeconds(30));
            await run.Settle();
            run.Users.RemoveAll();
            await run.Settle();
        });
        return new SeedResult(
            cluster.Trace.Hash, cluster.Trace.Count, cluster.Thread.Steps, cluster.Faults.Count,
            cluster.Requests.AnsweredCount, cluster.Requests.AnsweredInCalm, cluster.Store.Current.Revision.Value);
    }
}
