using System.Text.Json;
using Flyball.Base.Resources;
using Flyball.Discovery.Registrations;

namespace Flyball.Discovery.Checking;

/// <summary>
/// The checks that this server keeps, by id: those of its own node and of what is registered with its agent. It
/// follows the registrations; what a check knows survives as long as its definition stays.
/// </summary>
internal sealed class CheckBook(
    DiscoveryOptions options, CheckTimetable timetable, TimeProvider time, Random random) : IRegistrationObserver
{
    /// <summary>
    /// A new check is probed for the first time within this time, or its interval if that is shorter.
    /// </summary>
    private static readonly TimeSpan FirstProbeWithin = TimeSpan.FromSeconds(1);

    private readonly Lock gate = new();
    private readonly Dictionary<string, RunningCheck> checks = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string[]> rows = new(StringComparer.Ordinal);
    private bool isStarted;

    /// <summary>Until then what was registered before the start has time to show that it lives.</summary>
    public long GraceEndUnixMs { get; private set; }

    public RunningCheck? Find(string id)
    {
        lock (gate) return checks.GetValueOrDefault(id);
    }

    public IReadOnlyList<RunningCheck> List()
    {
        lock (gate) return [.. checks.Values];
    }

    /// <summary>What comes from now on is new.</summary>
    public void Started()
    {
        lock (gate) isStarted = true;
    }

    public void ServiceChanged(string row, ServiceRegistration? service, Revision at) =>
        Follow(row, service is { ByAgent: true } && service.Node == options.NodeName ? service.Checks : [],
            service?.Id, at);

    public void NodeChanged(string row, NodeRegistration? node, Revision at) =>
        Follow(RowOfNode(row), node?.Name == options.NodeName ? node.Checks : [], null, at);

    /// <summary>What <see cref="RunningCheck.Row"/> is for checks of a node.</summary>
    public static string RowOfNode(string row) => "node:" + row;

    /// <summary>A client registered the same again: what it must renew begins anew.</summary>
    public void Rearm(IEnumerable<RegisteredCheck> registered)
    {
        foreach (RegisteredCheck one in registered)
        {
            if (Find(one.Id) is not { Spec.Ttl: { } ttl } check) continue;
            lock (check)
            {
                check.DueUnixMs = Now + (long)ttl.TotalMilliseconds;
                if (!check.IsGone) timetable.Add(check, check.DueUnixMs);
            }
        }
    }

    private long Now => time.GetUtcNow().ToUnixTimeMilliseconds();

    private void Follow(string row, IReadOnlyList<RegisteredCheck> wanted, string? serviceId, Revision revision)
    {
        lock (gate)
        {
            if (!rows.TryGetValue(row, out string[]? known) && wanted.Count == 0) return;
            foreach (string gone in known ?? [])
            {
                // Another row may have taken the id over, and be gone with it.
                if (wanted.Any(check => check.Id == gone) || !checks.TryGetValue(gone, out var one) || one.Row != row)
                    continue;
                End(one);
                checks.Remove(gone);
            }

            foreach (RegisteredCheck check in wanted) Follow(row, check, serviceId, revision);
            if (wanted.Count == 0) rows.Remove(row);
            else rows[row] = [.. wanted.Select(check => check.Id)];
        }
    }

    private void Follow(string row, RegisteredCheck registered, string? serviceId, Revision revision)
    {
        if (checks.TryGetValue(registered.Id, out RunningCheck? known))
        {
            if (known.Row == row && IsSame(known.Spec, registered.Spec))
            {
                lock (known)
                {
                    known.Saw(registered.Status, revision);
                    known.CriticalSinceUnixMs = registered.CriticalSinceUnixMs;
                    if (known.ReapAtUnixMs(GraceEndUnixMs) is { } reap) timetable.Add(known, reap);
                    if (known.Written == known.Judge.Status) return;
                    // A write on its way mostly; else the newest state is to be written again.
                    known.RetryUnixMs = Now + (long)CheckStates.RetryDelay.TotalMilliseconds;
                    timetable.Add(known, known.RetryUnixMs);
                }

                return;
            }

            End(known);
        }

        var check = new RunningCheck(
            registered.Id, serviceId, row, registered, revision,
            new CheckJudge(registered.Spec, options, registered.Status));
        checks[registered.Id] = check;
        if (!isStarted && GraceEndUnixMs == 0) GraceEndUnixMs = Now + (long)options.RestartGrace.TotalMilliseconds;
        check.DueUnixMs = FirstDue(registered.Spec);
        if (check.DueUnixMs < long.MaxValue) timetable.Add(check, check.DueUnixMs);
        if (check.ReapAtUnixMs(GraceEndUnixMs) is { } at) timetable.Add(check, at);
    }

    private void End(RunningCheck check)
    {
        lock (check) check.End();
        timetable.Remove(check);
    }

    private long FirstDue(CheckSpec spec)
    {
        if (spec.Ttl is { } ttl)
            return Now + (long)(ttl + (isStarted ? TimeSpan.Zero : options.RestartGrace)).TotalMilliseconds;
        if (!spec.IsProbed) return long.MaxValue;
        // After a start everything is due at once: spread it over the interval.
        TimeSpan within = spec.Interval!.Value;
        if (isStarted && within > FirstProbeWithin) within = FirstProbeWithin;
        return Now + random.NextInt64((long)within.TotalMilliseconds + 1);
    }

    private static bool IsSame(CheckSpec one, CheckSpec other) =>
        one == other || JsonSerializer.SerializeToUtf8Bytes(one, RegistrationJson.Default.CheckSpec).AsSpan()
            .SequenceEqual(JsonSerializer.SerializeToUtf8Bytes(other, RegistrationJson.Default.CheckSpec));
}
