namespace Flyball.Gateway.Security.Jwt;

/// <summary>
/// One issuer's key set: the last that was fetched, and when the next fetch is due. Knows no network; any thread reads,
/// the fetching loop writes.
/// </summary>
internal sealed class KeySetSource
{
    private readonly KeySetOptions options;
    private readonly Action changed;
    private readonly Lock gate = new();
    private State state;

    /// <param name="address">Where it is, or the set itself.</param>
    /// <param name="options">Times.</param>
    /// <param name="changed">Called when the next fetch is due earlier than before.</param>
    public KeySetSource(string address, KeySetOptions options, Action changed)
    {
        Address = address;
        this.options = options;
        this.changed = changed;
        state = new State(null, DateTimeOffset.MinValue, DateTimeOffset.MinValue, 0, null);
        if (!IsInline) return;
        KeySet? keys = KeySet.Parse(address, out string? problem);
        state = new State(keys, DateTimeOffset.MaxValue, DateTimeOffset.MaxValue, 0, problem);
    }

    public string Address { get; }

    /// <summary>The route carries the set itself: there is nothing to fetch.</summary>
    public bool IsInline => Address.TrimStart().StartsWith('{');

    /// <summary>Why the last fetch failed; null when it did not.</summary>
    public string? Problem => Volatile.Read(ref state).Problem;

    public bool IsFetching { get; set; }

    public DateTimeOffset DueAt => Volatile.Read(ref state).DueAt;

    /// <summary>Null while there is none, and when the last one is too old.</summary>
    public KeySet? Current(DateTimeOffset now)
    {
        State seen = Volatile.Read(ref state);
        if (seen.Keys is null) return null;
        return IsInline || now - seen.FetchedAt <= options.KeptMax ? seen.Keys : null;
    }

    /// <summary>A token names a key that is not there: perhaps it is new.</summary>
    public void AskAgain()
    {
        if (IsInline) return;
        lock (gate)
        {
            // Tokens that anybody may send do not shorten the wait after a failure.
            if (state.Failures > 0) return;
            DateTimeOffset earliest = state.FetchedAt + options.AskedIntervalMin;
            if (earliest >= state.DueAt) return;
            state = state with { DueAt = earliest };
        }

        changed();
    }

    public void Fetched(KeySet keys, DateTimeOffset now)
    {
        lock (gate) state = new State(keys, now, now + options.Interval, 0, null);
    }

    public void Failed(string problem, DateTimeOffset now)
    {
        lock (gate)
        {
            int failures = state.Failures + 1;
            TimeSpan wait = options.RetryMin * Math.Pow(2, Math.Min(failures - 1, 20));
            if (wait > options.Interval) wait = options.Interval;
            state = state with { DueAt = now + wait, Failures = failures, Problem = problem };
        }
    }

    private sealed record State(
        KeySet? Keys, DateTimeOffset FetchedAt, DateTimeOffset DueAt, int Failures, string? Problem);
}
