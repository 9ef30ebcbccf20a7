namespace Flyball.Discovery.Registrations;

/// <summary>
/// Keys that nobody may acquire yet, since the session that held them was ended for it: whoever held the lock may not
/// have noticed. In memory, as in Consul: a restarted server begins without.
/// </summary>
internal sealed class LockDelays(TimeProvider time)
{
    private readonly Lock gate = new();
    private readonly Dictionary<string, long> until = new(StringComparer.Ordinal);

    public void Begin(IReadOnlyCollection<string> keys, TimeSpan delay)
    {
        if (delay <= TimeSpan.Zero || keys.Count == 0) return;
        lock (gate)
        {
            Forget();
            long end = Now + (long)delay.TotalMilliseconds;
            foreach (string key in keys) until[key] = end;
        }
    }

    public bool IsDelayed(string key)
    {
        lock (gate) return until.TryGetValue(key, out long end) && end > Now;
    }

    private long Now => time.GetUtcNow().ToUnixTimeMilliseconds();

    private void Forget()
    {
        long now = Now;
        foreach (string key in until.Where(one => one.Value <= now).Select(one => one.Key).ToArray())
            until.Remove(key);
    }
}
