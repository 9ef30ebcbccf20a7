namespace Flyball.Autoscaling.Signals;

/// <summary>
/// The time that the queries of one pass may take. Each kind has a part of its own, so that none is late because of
/// another, and the lease is renewed in time whatever policies ask.
/// </summary>
internal sealed class PassTime(TimeProvider time, TimeSpan whole)
{
    /// <summary>Short intervals get no less than this: a machine under load answers late.</summary>
    private static readonly TimeSpan WholeMin = TimeSpan.FromSeconds(5);

    /// <summary>The platform's own signals, one query each for all workloads.</summary>
    public TimeAllowance Signals { get; } = new(time, 0.3 * whole);

    /// <summary>The policies' own PromQL.</summary>
    public TimeAllowance Expressions { get; } = new(time, 0.4 * whole);

    /// <summary>What forecasts learn from.</summary>
    public TimeAllowance History { get; } = new(time, 0.3 * whole);

    /// <summary>An interval, 5 s at least; half of the lease at most.</summary>
    public static TimeSpan Of(TimeSpan interval, TimeSpan lease)
    {
        var wanted = interval > WholeMin ? interval : WholeMin;
        return wanted < lease / 2 ? wanted : lease / 2;
    }
}
