using Flyball.Base.Work;
using Flyball.Contracts.Journal;
using Flyball.Discovery.Registrations;
using Microsoft.Extensions.Logging;

namespace Flyball.Discovery.Checking;

/// <summary>
/// Keeps the checks: probes what is to be probed, turns critical what was not renewed, deregisters what was critical
/// for too long. It never waits for a probe.
/// </summary>
internal sealed partial class CheckRunner(
    CheckBook book, CheckTimetable timetable, CheckStates states, CheckProbes probes, Registrar registrar,
    DiscoveryOptions options, TimeProvider time, ILogger<CheckRunner> logger)
{
    private const string TtlExpired = "TTL expired";

    /// <summary>Bytes of a client's note that are kept.</summary>
    private const int OutputCharsMax = 4_096;

    /// <summary>After a service could not be deregistered.</summary>
    private static readonly TimeSpan RetryDelay = TimeSpan.FromSeconds(1);

    public async Task RunAsync(CancellationToken cancellation)
    {
        while (true)
        {
            cancellation.ThrowIfCancellationRequested();
            if (timetable.Take(Now, out long? next, out Task movedUp) is { } check)
            {
                await LookAtAsync(check, cancellation);
                continue;
            }

            using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
            Task wait = movedUp.WaitAsync(over.Token);
            await (next is { } at && at < long.MaxValue / 2
                ? Task.WhenAny(wait, Pause.ForAsync(
                    TimeSpan.FromMilliseconds(Math.Max(1, Math.Min(at - Now, 3_600_000))), time, over.Token))
                : Task.WhenAny(wait));
            over.Cancel();
        }
    }

    /// <summary>A client tells the state of its check.</summary>
    public async ValueTask<EditResult> TellAsync(
        string id, CheckStatus status, string output, CancellationToken cancellation)
    {
        if (book.Find(id) is not { } check)
        {
            return EditResult.Missing(
                $"Unknown check ID \"{id}\". Ensure that the check ID is passed, not the check name.");
        }

        if (check.Spec.Ttl is not { } ttl) return EditResult.NotMet($"CheckID \"{id}\" does not have associated TTL");
        lock (check)
        {
            check.DueUnixMs = Now + (long)ttl.TotalMilliseconds;
            if (!check.IsGone) timetable.Add(check, check.DueUnixMs);
        }

        return await states.ObserveAsync(
            check, new CheckVerdict(status, output.Length > OutputCharsMax ? output[..OutputCharsMax] : output),
            cancellation);
    }

    private long Now => time.GetUtcNow().ToUnixTimeMilliseconds();

    private async ValueTask LookAtAsync(RunningCheck check, CancellationToken cancellation)
    {
        long now = Now;
        bool isDue;
        bool isToReap;
        bool isOwed;
        lock (check)
        {
            if (check.IsGone) return;
            long reapAt = check.Written == CheckStatus.Critical
                ? check.ReapAtUnixMs(book.GraceEndUnixMs) ?? long.MaxValue : long.MaxValue;
            isToReap = reapAt <= now;
            isOwed = check.RetryUnixMs <= now;
            isDue = check.DueUnixMs <= now && !check.IsProbing;
            // It expires again and again while nobody renews it: the state is written once.
            if (isDue && check.Spec.Ttl is { } ttl) check.DueUnixMs = now + (long)ttl.TotalMilliseconds;
            if (isDue && check.Spec.IsProbed) check.IsProbing = true;
            // What is done now has no time of its own any more; a probe adds its check when it ends.
            long next = check.IsProbing ? long.MaxValue : check.DueUnixMs;
            if (!isOwed) next = Math.Min(next, check.RetryUnixMs);
            if (!isToReap) next = Math.Min(next, reapAt);
            if (next < long.MaxValue) timetable.Add(check, next);
        }

        if (isToReap) await ReapAsync(check, cancellation);
        if (isDue && check.Spec.IsProbed) probes.Begin(check, cancellation);
        else if (isDue)
            await states.ObserveAsync(check, new CheckVerdict(CheckStatus.Critical, TtlExpired), cancellation);
        else if (isOwed) await states.SettleAsync(check, cancellation);
    }

    private async ValueTask ReapAsync(RunningCheck check, CancellationToken cancellation)
    {
        AuditEntry audit = new Caller("discovery", "").Audit("service-reap", check.ServiceId!);
        EditResult result = await registrar.EditServiceAsync(
            options.NodeName, check.ServiceId!,
            service => service?.FindCheck(check.Id) is { Status: CheckStatus.Critical } ? null : service,
            audit, cancellation);
        if (result.IsDone) Log.Reaped(logger, check.ServiceId!, check.Id);
        else timetable.Add(check, Now + (long)RetryDelay.TotalMilliseconds);
    }

    private static partial class Log
    {
        [LoggerMessage(4022, LogLevel.Information,
            "Service {Service} is deregistered: its check {Check} was critical for too long")]
        public static partial void Reaped(ILogger logger, string service, string check);
    }
}
