using Flyball.Simulation.Clusters;
using Flyball.Simulation.Faults;
using Flyball.Simulation.Users;
using Flyball.Simulation.Witnesses;

namespace Flyball.Simulation.Scenarios;

/// <summary>
/// One run of a cluster: a script of awaits in virtual time, ended by its end or by the first violation.
/// </summary>
internal sealed class ClusterRun : IDisposable
{
    private const int LinesShown = 120;

    private static readonly TimeSpan Longest = TimeSpan.FromHours(2);

    /// <summary>A cluster that has arrived writes nothing for at least this long.</summary>
    private static readonly TimeSpan Quiet = TimeSpan.FromSeconds(12);

    private static readonly TimeSpan SettleMax = TimeSpan.FromMinutes(5);

    private readonly int seed;
    private readonly Settlement settlement;

    public ClusterRun(int seed, Topology topology)
    {
        this.seed = seed;
        Cluster = new SimulatedCluster(seed, topology);
        settlement = new Settlement(Cluster);
        Storm = new Storm(Cluster, Cluster.NewRandom());
        Users = new UserScript(Cluster, Cluster.NewRandom());
    }

    public SimulatedCluster Cluster { get; }

    public Storm Storm { get; }

    public UserScript Users { get; }

    /// <exception cref="SimulationFailure">Something was seen that must never be.</exception>
    public void Play(Func<Task> script)
    {
        Task? task = null;
        Cluster.Thread.Post(_ => task = script(), null);
        Cluster.Thread.Run(Longest, () => task!.IsCompleted);
        if (Cluster.Trace.Violation is { } violation) throw Failure(violation);
        if (task!.Exception is { } error) throw Failure(error.InnerException!.ToString());
        if (!task.IsCompleted) throw Failure($"the script did not end within {Longest}");
    }

    public Task Wait(TimeSpan time) => Task.Delay(time, Cluster.Time);

    /// <summary>Waits for something that must come.</summary>
    public async Task Until(string what, Func<bool> condition)
    {
        DateTimeOffset end = Cluster.Time.GetUtcNow() + SettleMax;
        while (!condition())
        {
            if (Cluster.Time.GetUtcNow() > end) Cluster.Trace.Violate($"never came: {what}");
            await Wait(TimeSpan.FromMilliseconds(1));
        }
    }

    /// <summary>Waits until what runs is what is desired everywhere, and then that nobody writes any more.</summary>
    public async Task Settle()
    {
        DateTimeOffset end = Cluster.Time.GetUtcNow() + SettleMax;
        DateTimeOffset since = Cluster.Time.GetUtcNow();
        long revision = -1;
        while (true)
        {
            await Wait(TimeSpan.FromSeconds(1));
            DateTimeOffset now = Cluster.Time.GetUtcNow();
            string? problem = settlement.Problem();
            if (problem is not null || (!settlement.IsRestless && Cluster.Store.Current.Revision.Value != revision))
            {
                revision = Cluster.Store.Current.Revision.Value;
                since = now;
            }

            if (now - since >= Quiet) return;
            if (now > end) Cluster.Trace.Violate($"it never settles: {problem ?? "somebody goes on writing"}");
        }
    }

    public void Dispose() => Cluster.Dispose();

    private SimulationFailure Failure(string what) => new(
        $"Seed {seed} ({Cluster.Topology}): {what}\nThe last lines:\n{Cluster.Trace.Tail(LinesShown)}\n"
        + $"Seed {seed} ({Cluster.Topology}): {what}\nRun it alone with FLYBALL_SEED={seed}.");
}
