namespace Flyball.Autoscaling.Capacity;

/// <summary>
/// How much load a number of replicas admits within the service objective, and the fewest replicas for a load, by
/// M/M/c with a fixed number of workers a replica. Load is in replicas of work: 1 keeps one replica fully busy.
/// </summary>
/// <remarks>
/// A table without workers (<see cref="Proportional"/>) is for loads in units of what one replica may carry: the
/// objective is within the unit then, and each replica admits one.
/// Not thread-safe: each size is solved when first asked for, and only those that are asked for. The objective is the
/// backtest protocol's: P(wait &gt; one service time) at most 5 %.
/// </remarks>
internal sealed class StaffingTable(int workersPerReplica = StaffingTable.DefaultWorkers)
{
    /// <summary>Requests that one replica of the protocol serves at the same time.</summary>
    public const int DefaultWorkers = 4;

    /// <summary>Loads above this count as this: a margin over the largest series is still exact.</summary>
    public const double LoadMax = 1e8;

    private const int NoWorkers = 0;

    // A load that is whole but for rounding must not cost a replica.
    private const double RoundingSlack = 1e-9;

    private const double LateShareMax = 0.05;
    private const double WaitInServiceTimes = 1.0;

    // 34 halvings reach 2^-34 of the range, below a printed digit; the protocol fixes the number.
    private const int Halvings = 34;

    // Sizes below this have a place in an array, because they are asked for in every tick; larger ones are few.
    private const int ArraySizesMax = 1 << 10;
    private const int LargeSizesMax = 1 << 16;

    private readonly Dictionary<int, double> large = [];
    private (double Load, double Log)[] rows = [];

    /// <summary>Each replica admits a load of one.</summary>
    public static StaffingTable Proportional() => new(NoWorkers);

    /// <summary>The largest load that <paramref name="replicas"/> ready replicas serve within the objective.</summary>
    public double Admissible(int replicas) => replicas switch
    {
        <= 0 => 0,
        < ArraySizesMax => Row(replicas).Load,
        _ => Large(replicas),
    };

    /// <summary>
    /// The natural logarithm of <see cref="Admissible"/>, from a table; for planning, which asks for hundreds of sizes
    /// a tick, near enough for large ones: the headroom hardly grows there.
    /// </summary>
    public double LogAdmissible(int replicas) => replicas switch
    {
        <= 0 => double.NegativeInfinity,
        < ArraySizesMax => Row(replicas).Log,
        _ => Math.Log(replicas - (ArraySizesMax - 1 - Row(ArraySizesMax - 1).Load)),
    };

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

    private (double Load, double Log) Row(int replicas)
    {
        if (replicas < rows.Length && rows[replicas].Load > 0)
            return rows[replicas];
        if (replicas >= rows.Length)
            Array.Resize(ref rows, Math.Min(ArraySizesMax, 2 * replicas + 64));
        var load = Solve(replicas);
        return rows[replicas] = (load, Math.Log(load));
    }

    private double Large(int replicas)
    {
        if (workersPerReplica == NoWorkers)
            return Solve(replicas);
        if (large.TryGetValue(replicas, out var known))
            return known;
        if (large.Count == LargeSizesMax)
            large.Clear();
        return large[replicas] = Solve(replicas);
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
            if (ErlangC.IsRarelyLate(servers, middle, WaitInServiceTimes, LateShareMax))
                low = middle;
            else
                high = middle;
        }
        return low / workersPerReplica;
    }
}
