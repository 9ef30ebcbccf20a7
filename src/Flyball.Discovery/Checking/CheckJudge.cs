using Flyball.Discovery.Registrations;

namespace Flyball.Discovery.Checking;

/// <summary>
/// Turns what is seen of one check into its state: so many successes or failures in a row as the check asks for, and a
/// check that flaps stays critical until it has been well for a while, so that it does not flap traffic. Pure: the
/// caller brings the time.
/// </summary>
internal sealed class CheckJudge(CheckSpec spec, DiscoveryOptions options, CheckStatus initial)
{
    private readonly Queue<long> falls = new();
    private int successes;
    private int failures;
    private long? heldSince;

    /// <summary>The state as it counts.</summary>
    public CheckStatus Status { get; private set; } = initial;

    /// <summary>It is well but held critical, because it flaps.</summary>
    public bool IsHeld => heldSince is not null;

    /// <summary>Takes in one observation and answers with the state that counts from now.</summary>
    public CheckStatus Observe(CheckStatus seen, long nowUnixMs)
    {
        if (seen == CheckStatus.Critical) return Fail(nowUnixMs);
        failures = 0;
        successes++;
        if (Status == CheckStatus.Critical)
        {
            if (successes < spec.SuccessBeforePassing) return Status;
            if (IsFlapping(nowUnixMs))
            {
                heldSince ??= nowUnixMs;
                if (nowUnixMs - heldSince < (long)options.FlapHold.TotalMilliseconds) return Status;
            }
        }

        heldSince = null;
        return Status = seen;
    }

    private CheckStatus Fail(long nowUnixMs)
    {
        bool wasHeld = heldSince is not null;
        successes = 0;
        // Whoever falls while he is held begins to wait anew, and has not stopped flapping.
        heldSince = null;
        failures++;
        if (wasHeld) Fall(nowUnixMs);
        if (Status == CheckStatus.Critical || failures < spec.FailuresBeforeCritical) return Status;
        Fall(nowUnixMs);
        return Status = CheckStatus.Critical;
    }

    private void Fall(long nowUnixMs)
    {
        falls.Enqueue(nowUnixMs);
        if (falls.Count > options.FlapsMax + 1) falls.Dequeue();
    }

    /// <summary>While it is held, time does not make it less of a flapping one.</summary>
    private bool IsFlapping(long nowUnixMs)
    {
        if (heldSince is not null) return true;
        while (falls.Count > 0
            && nowUnixMs - falls.Peek() > (long)options.FlapWindow.TotalMilliseconds) falls.Dequeue();
        return falls.Count > options.FlapsMax;
    }
}
