using Flyball.Agent.Drivers;
using Flyball.Contracts.Agent;
using Flyball.Contracts.Scheduling;

namespace Flyball.Agent.Allocations;

/// <summary>How probes turn into health.</summary>
internal static class HealthRule
{
    /// <summary>
    /// Until a task was healthy once, failures count only when its start period and as many intervals as it has retries
    /// are over: probes come every 100 ms then, and a slow start is no failure.
    /// </summary>
    public static long StartGraceMs(HealthCheckSpec check) =>
        (long)(check.StartPeriod + (check.Interval * Math.Max(1, check.Retries))).TotalMilliseconds;

    public static AllocationState Apply(AllocationState s, HealthCheckSpec? check, ProbeResult result, long nowUnixMs)
    {
        if (check is null) return s;
        if (result.Passed)
        {
            return s with
            {
                Health = HealthState.Passing,
                ProbeFailures = 0,
                WasHealthy = true,
                HealthySinceUnixMs = s.HealthySinceUnixMs ?? nowUnixMs,
                Message = "",
            };
        }

        int failures = s.ProbeFailures + 1;
        bool critical = s.WasHealthy
            ? failures >= Math.Max(1, check.Retries)
            : nowUnixMs - (s.StartedUnixMs ?? nowUnixMs) >= StartGraceMs(check);
        if (!critical) return s with { ProbeFailures = failures };
        return s with
        {
            Health = HealthState.Critical,
            ProbeFailures = failures,
            HealthySinceUnixMs = null,
            Message = $"The health check fails: {result.Message}",
        };
    }
}
