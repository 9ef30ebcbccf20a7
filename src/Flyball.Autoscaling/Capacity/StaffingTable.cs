namespace Flyball.Autoscaling.Capacity;

/// <summary>
/// How much load a number of replicas admits within the service objective, and the fewest replicas for a load, by
/// M/M/c with a fixed number of workers a replica. Load is in replicas of work: 1 keeps one replica fully busy.
/// </summary>
/// <remarks>
/// A table without workers (<see cref="Proportional"/>) is for loads in units of what one replica may carry: the
/// objective is within the unit then, and each replica admits one.
/// Not thread-safe: rows are computed when first asked for. The objective is the backtest protocol's:
/// P(wait &gt; one service time) at most 5 %.
/// </remarks>
internal sealed class StaffingTable(int workersPerReplica = StaffingTable.DefaultWorkers)
{
    /// <summary>Requests that one replica of the protocol serves at the same time.</summary>
    public const int DefaultWorkers = 4;

    /// <summary>Loads above this count as this: no cluster of ours is larger.</summary>
    public const double LoadMax = 1e6;

    private const int NoWorkers = 0;

    // A load that is whole but for rounding must not cost a replica.
    private const double RoundingSlack = 1e-9;

    private const double LateShareMax = 0.05;
    private const double WaitInServiceTimes = 1.0;

    // 34 halvings reach 2^-34 of the range, below a printed digit; the protocol fixes the number.
    private const int Halvings = 34;

    // Beyond this size the exact solution costs too much and tells nothing new: square-root staffing takes over.
    private const int ExactReplicasMax = 1024;

    private readonly List<double> admissible = [0.0];
    private readonly List<double> logAdmissible = [double.NegativeInfinity];

    /// <summary>Each replica admits a load of one.</summary>
    public static StaffingTable Proportional() => new(NoWorkers);

    /// <summary>The largest load that <paramref name="replicas"/> ready replicas serve within the objective.</summary>
    public double Admissible(int replicas)
    {
        if (replicas > ExactReplicasMax)
            return replicas - HeadroomRoot() * Math.Sqrt(replicas);
        Extend(replicas);
        return admissible[replicas];
    }

    /// <summary>The natural logarithm of <see cref="Admissible"/>, from a table.</summary>
    public double LogAdmissible(int replicas)
    {
        if (replicas > ExactReplicasMax)
            return Math.Log(Admissible(replicas));
        Extend(replicas);
        return logAdmissible[replicas];
    }

    /// <summary>The fewest replicas that serve <paramref name="load"/> within the objective, at least one.</summary>
    public int Need(double load)
    {
        if (!(load > 0))
            return 1;
        var replicas = (int)Math.Clamp(load, 1, LoadMax);
        load = Math.Min(load, LoadMax);
        while (Admissible(replicas) < load)
            replicas++;
        while (replicas > 1 && Admissible(replicas - 1) >= load)
            replicas--;
        return replicas;
    }

    // Headroom grows as the square root of the size.
    private double HeadroomRoot()
    {
        Extend(ExactReplicasMax);
        return (ExactReplicasMax - admissible[ExactReplicasMax]) / Math.Sqrt(ExactReplicasMax);
    }

    private void Extend(int replicas)
    {
        while (admissible.Count <= replicas)
        {
            admissible.Add(Solve(admissible.Count));
            logAdmissible.Add(Math.Log(admissible[^1]));
        }
    }

    private double Solve(int replicas)
    {
        if (workersPerReplica == NoWorkers)
            return replicas * (1 + RoundingSlack);
        var servers = replicas * workersPerReplica;
        double low = 0.0, high = servers;
        for (var i = 0; i < Halvings; i++)
        {
            var middle = (low + high) / 2;
            if (ErlangC.WaitLongerThan(servers, middle, WaitInServiceTimes) <= LateShareMax)
                low = middle;
            else
                high = middle;
        }
        return low / workersPerReplica;
    }
}
