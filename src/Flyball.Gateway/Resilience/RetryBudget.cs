namespace Flyball.Gateway.Resilience;

/// <summary>
/// A token bucket that each request fills by a share of a token and time by a few a second; a retry takes one. When
/// most requests fail the bucket runs dry, and retries cannot multiply the load on what is already failing.
/// </summary>
internal sealed class RetryBudget
{
    /// <summary>Tokens are counted in thousandths, so that requests add with one interlocked instruction.</summary>
    private const long Token = 1_000;

    /// <summary>A new bucket holds what this many seconds of the minimum give.</summary>
    private const int SecondsAtStart = 10;

    private readonly RetryBudgetOptions options;
    private readonly TimeProvider time;
    private readonly long share;
    private readonly long most;
    private readonly Lock gate = new();
    private long balance;
    private long filledAt;

    public RetryBudget(RetryBudgetOptions options, TimeProvider time)
    {
        this.options = options;
        this.time = time;
        share = (long)(options.Share * Token);
        most = options.TokensMax * Token;
        balance = Math.Min(most, (long)(options.PerSecondMin * SecondsAtStart * Token));
        filledAt = time.GetTimestamp();
    }

    /// <summary>Whole retries that are left.</summary>
    public long Tokens => Volatile.Read(ref balance) / Token;

    /// <summary>A first try was made.</summary>
    public void Deposit()
    {
        if (Volatile.Read(ref balance) < most) Interlocked.Add(ref balance, share);
    }

    /// <summary>True when a retry may be made.</summary>
    public bool TryWithdraw()
    {
        lock (gate)
        {
            long now = time.GetTimestamp();
            long earned = (long)(time.GetElapsedTime(filledAt, now).TotalSeconds * options.PerSecondMin * Token);
            if (earned > 0)
            {
                filledAt = now;
                long room = Math.Max(0, most - Volatile.Read(ref balance));
                Interlocked.Add(ref balance, Math.Min(earned, room));
            }

            // Only this method takes, and under the lock: what was read here cannot shrink before it is taken.
            if (Volatile.Read(ref balance) < Token) return false;
            Interlocked.Add(ref balance, -Token);
            return true;
        }
    }
}
