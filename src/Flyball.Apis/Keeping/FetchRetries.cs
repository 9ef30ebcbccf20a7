namespace Flyball.Apis.Keeping;

/// <summary>When a document is asked for again: each failure doubles the time, up to a bound. In memory only.</summary>
internal sealed class FetchRetries(ApisOptions options, TimeProvider time)
{
    private readonly Dictionary<string, (int Failures, DateTimeOffset DueAt)> waiting = new(StringComparer.Ordinal);

    public bool IsDue(string name) =>
        !waiting.TryGetValue(name, out (int, DateTimeOffset DueAt) one) || one.DueAt <= time.GetUtcNow();

    public DateTimeOffset DueAt(string name) =>
        waiting.TryGetValue(name, out (int, DateTimeOffset DueAt) one) ? one.DueAt : DateTimeOffset.MinValue;

    /// <summary>Failures in a row; each try asks another instance.</summary>
    public int Failures(string name) => waiting.TryGetValue(name, out (int Failures, DateTimeOffset) one)
        ? one.Failures : 0;

    public void Failed(string name)
    {
        int failures = Failures(name) + 1;
        // Beyond this many doublings every delay is at its bound.
        const int DoublingsMax = 20;
        TimeSpan delay = options.RetryDelay * Math.Pow(2, Math.Min(failures - 1, DoublingsMax));
        waiting[name] = (failures, time.GetUtcNow() + (delay < options.RetryDelayMax ? delay : options.RetryDelayMax));
    }

    /// <summary>Forgets what is no longer asked for.</summary>
    public void Keep(IReadOnlySet<string> names)
    {
        foreach (string name in waiting.Keys.Where(name => !names.Contains(name)).ToArray()) waiting.Remove(name);
    }
}
