namespace Flyball.Autoscaling.Capacity;

/// <summary>The M/M/c queue: the chance that an arriving request waits at all, and waits long.</summary>
internal static class ErlangC
{
    /// <summary>
    /// Probability that a request must wait, with <paramref name="servers"/> servers and
    /// <paramref name="offered"/> erlangs of work. 1 when the queue has no steady state.
    /// </summary>
    /// <remarks>Built on the Erlang B recursion, which stays in [0, 1] and so cannot overflow.</remarks>
    public static double WaitProbability(int servers, double offered)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(servers, 1);
        if (offered >= servers)
            return 1.0;
        var blocked = 1.0;
        for (var k = 1; k <= servers; k++)
            blocked = offered * blocked / (k + offered * blocked);
        var utilisation = offered / servers;
        return blocked / (1 - utilisation + utilisation * blocked);
    }

    /// <summary>Probability of waiting longer than <paramref name="serviceTimes"/> mean service times.</summary>
    public static double WaitLongerThan(int servers, double offered, double serviceTimes) =>
        WaitProbability(servers, offered) * Math.Exp(-(servers - offered) * serviceTimes);

    /// <summary>
    /// Whether <see cref="WaitLongerThan"/> is at most <paramref name="share"/>, decided in about the square root of
    /// <paramref name="servers"/> steps where that is clear, and by the recursion where rounding could tell.
    /// </summary>
    public static bool IsRarelyLate(int servers, double offered, double serviceTimes, double share)
    {
        // Below this size the recursion is as fast.
        const int serversFew = 4096;
        const double clear = 1e-9;
        if (servers <= serversFew || offered >= servers)
            return WaitLongerThan(servers, offered, serviceTimes) <= share;
        var blocked = BlockedBySum(servers, offered);
        var utilisation = offered / servers;
        var late = blocked / (1 - utilisation + utilisation * blocked) * Math.Exp(-(servers - offered) * serviceTimes);
        return Math.Abs(late - share) > clear
            ? late <= share
            : WaitLongerThan(servers, offered, serviceTimes) <= share;
    }

    // Erlang B as 1 / sum of c! / (c - k)! / a^k: the recursion written out. Near the load that a large cluster admits
    // its terms fall as exp(-k^2 / 2c), so that few of them count.
    private static double BlockedBySum(int servers, double offered)
    {
        const double negligible = 1e-17;
        double sum = 1, term = 1;
        for (var k = 0; k < servers; k++)
        {
            term *= (servers - k) / offered;
            sum += term;
            if (servers - k < offered && (term < negligible * sum || double.IsInfinity(sum)))
                break;
        }
        return 1 / sum;
    }
}
