using Flyball.Gateway.Routing;

namespace Flyball.Gateway.Health;

/// <summary>
/// Passive health: an endpoint that fails several requests in a row is ejected for a time that doubles with each
/// ejection, never more than a share of its upstream at once. One policy serves all upstreams; the lock is taken on
/// failures only.
/// </summary>
internal sealed class OutlierPolicy(OutlierOptions options, TimeProvider time)
{
    /// <summary>
    /// After this many times the first ejection's length in good health, earlier ejections are forgotten.
    /// </summary>
    private const int ForgivenAfter = 10;

    private readonly Lock gate = new();
    private readonly List<UpstreamEndpoint> ejected = [];
    private long nextReturn = long.MaxValue;

    /// <summary>Told of each ejection (true) and return (false); called under the policy's lock.</summary>
    public Action<UpstreamEndpoint, bool>? Changed { get; set; }

    /// <summary>Ejections that the share forbade.</summary>
    public Action? Capped { get; set; }

    public IReadOnlyList<UpstreamEndpoint> Ejected
    {
        get
        {
            lock (gate) return [.. ejected];
        }
    }

    public void Record(UpstreamEndpoint endpoint, EndpointSet endpoints, AttemptOutcome outcome)
    {
        EndpointHealth health = endpoint.Health;
        switch (outcome)
        {
            case AttemptOutcome.Answered:
                // Reading first keeps the cache line shared between cores while all is well.
                if (health.Failures != 0) health.Failures = 0;
                if (health.ServerErrors != 0) health.ServerErrors = 0;
                return;
            case AttemptOutcome.ServerError:
                if (health.Failures != 0) health.Failures = 0;
                lock (gate)
                {
                    if (++health.ServerErrors >= options.ServerErrorsMax)
                        TryEject(endpoint, endpoints, unreachable: false);
                }

                return;
            case AttemptOutcome.Refused or AttemptOutcome.Unreachable or AttemptOutcome.NoAnswer
                or AttemptOutcome.TimedOut or AttemptOutcome.TryTimedOut or AttemptOutcome.Truncated:
                lock (gate)
                {
                    if (++health.Failures >= options.FailuresMax)
                        TryEject(endpoint, endpoints, outcome is AttemptOutcome.Refused or AttemptOutcome.Unreachable);
                }

                return;
        }
    }

    /// <summary>Brings back whatever has served its time; costs one read while nothing is due.</summary>
    public void Refresh()
    {
        if (Volatile.Read(ref nextReturn) == long.MaxValue || time.GetTimestamp() < Volatile.Read(ref nextReturn))
            return;
        lock (gate)
        {
            long now = time.GetTimestamp();
            for (int i = ejected.Count - 1; i >= 0; i--)
            {
                if (ejected[i].Health.EjectedUntil <= now || !ejected[i].Health.IsEjected) Return(i);
            }

            Reschedule();
        }
    }

    /// <summary>A probe has seen it work.</summary>
    public void Reinstate(UpstreamEndpoint endpoint)
    {
        lock (gate)
        {
            int index = ejected.IndexOf(endpoint);
            if (index >= 0) Return(index);
            Reschedule();
        }
    }

    private void TryEject(UpstreamEndpoint endpoint, EndpointSet endpoints, bool unreachable)
    {
        EndpointHealth health = endpoint.Health;
        if (health.IsEjected) return;
        int ejectedNow = endpoints.Ready.Count(other => other.Health.IsEjected);
        if (ejectedNow + 1 > (int)(endpoints.Ready.Length * options.EjectedShareMax))
        {
            Capped?.Invoke();
            return;
        }

        long now = time.GetTimestamp();
        bool forgiven = health.EjectedAt != 0
            && time.GetElapsedTime(health.EjectedUntil, now) > options.EjectionTime * ForgivenAfter;
        if (forgiven) health.Ejections = 0;
        double factor = Math.Pow(2, Math.Min(health.Ejections, 30));
        TimeSpan length = options.EjectionTime * factor;
        if (length > options.EjectionTimeMax) length = options.EjectionTimeMax;
        long until = now + (long)(length.TotalSeconds * time.TimestampFrequency);
        health.Eject(now, until, unreachable);
        if (!ejected.Contains(endpoint)) ejected.Add(endpoint);
        Reschedule();
        Changed?.Invoke(endpoint, true);
    }

    private void Return(int index)
    {
        UpstreamEndpoint endpoint = ejected[index];
        ejected.RemoveAt(index);
        if (endpoint.Health.IsEjected) endpoint.Health.Reinstate(options.FailuresMax);
        Changed?.Invoke(endpoint, false);
    }

    private void Reschedule() =>
        Volatile.Write(ref nextReturn, ejected.Count == 0
            ? long.MaxValue
            : ejected.Min(endpoint => endpoint.Health.EjectedUntil));
}
