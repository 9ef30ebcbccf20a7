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
}
