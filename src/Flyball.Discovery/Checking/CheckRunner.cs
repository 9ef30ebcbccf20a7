using Flyball.Base.Resources;
using Flyball.Base.Work;
using Flyball.Contracts.Journal;
using Flyball.Discovery.Registrations;
using Microsoft.Extensions.Logging;

namespace Flyball.Discovery.Checking;

/// <summary>
/// Keeps the checks: probes what is to be probed, turns critical what was not renewed, deregisters what was critical
/// for too long. Only changes of state are written.
/// </summary>
internal sealed partial class CheckRunner(
    CheckBook book, CheckTimetable timetable, Registrar registrar, ICheckProbe probe, DiscoveryOptions options,
    DiscoveryMetrics metrics, TimeProvider time, ILogger<CheckRunner> logger) : IDisposable
{
    private const string TtlExpired = "TTL expired";

    /// <summary>Bytes of a client's note that are kept.</summary>
    private const int OutputCharsMax = 4_096;

    /// <summary>A probe without a timeout of its own.</summary>
    private static readonly TimeSpan UsualTimeout = TimeSpan.FromSeconds(10);

    /// <summary>After a state could not be written.</summary>
    private static readonly TimeSpan RetryDelay = TimeSpan.FromSeconds(1);

    private readonly SemaphoreSlim probes = new(options.ProbesMax);

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
            timetable.Add(check, check.DueUnixMs);
        }

        return await ObserveAsync(
            check, new CheckVerdict(status, output.Length > OutputCharsMax ? output[..OutputCharsMax] : output),
            cancellation);
    }

    public void Dispose() => probes.Dispose();

    private long Now => time.GetUtcNow().ToUnixTimeMilliseconds();

    private async ValueTask LookAtAsync(RunningCheck check, CancellationToken cancellation)
    {
        long now = Now;
        bool isDue;
        bool isToProbe;
        bool isToReap;
        lock (check)
        {
            if (check.IsGone) return;
            isToReap = check.ReapAtUnixMs(book.GraceEndUnixMs) <= now && check.Written == CheckStatus.Critical;
            isDue = check.DueUnixMs <= now;
            isToProbe = isDue && check.Spec.IsProbed && !check.IsProbing;
            if (isToProbe) check.IsProbing = true;
        }

        if (isToReap) await ReapAsync(check, cancellation);
        else if (isToProbe)
        {
            await probes.WaitAsync(cancellation);
            Forget(ProbeAsync(check, cancellation));
        }
        else if (isDue && check.Spec.Ttl is { } ttl)
        {
            // It expires again and again while nobody renews it: the state is written once.
            lock (check) check.DueUnixMs = now + (long)ttl.TotalMilliseconds;
            timetable.Add(check, check.DueUnixMs);
            await ObserveAsync(check, new CheckVerdict(CheckStatus.Critical, TtlExpired), cancellation);
        }
    }

    private async Task ProbeAsync(RunningCheck check, CancellationToken cancellation)
    {
        try
        {
            CheckVerdict verdict;
            TimeSpan timeout = check.Spec.Timeout ?? UsualTimeout;
            using var deadline = new CancellationTokenSource(timeout, time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellation, deadline.Token);
            try
            {
                verdict = await probe.ProbeAsync(check.Spec, either.Token);
            }
            catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
            {
                verdict = new CheckVerdict(
                    CheckStatus.Critical, $"no answer within {timeout.TotalSeconds:0.###} s");
            }

            await ObserveAsync(check, verdict, cancellation);
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            // The server stops.
        }
        finally
        {
            probes.Release();
            lock (check)
            {
                check.IsProbing = false;
                check.DueUnixMs = Now + (long)check.Spec.Interval!.Value.TotalMilliseconds;
                if (!check.IsGone) timetable.Add(check, check.DueUnixMs);
            }
        }
    }

    /// <summary>Takes in what was seen, and writes the state if that changes it.</summary>
    private async ValueTask<EditResult> ObserveAsync(
        RunningCheck check, CheckVerdict seen, CancellationToken cancellation)
    {
        CheckStatus status;
        long now = Now;
        lock (check)
        {
            status = check.Judge.Observe(seen.Status, now);
            check.Output = check.Judge.IsHeld
                ? $"held critical because it flaps; last seen: {seen.Status.Name()}: {seen.Output}" : seen.Output;
            if (status == check.Written) return new EditResult(EditOutcome.Done, Revision.None);
        }

        EditResult result = await WriteAsync(check, status, check.Output, now, cancellation);
        if (result.IsDone)
        {
            metrics.Transition(status.Name());
            Log.Changed(logger, check.Id, status.Name(), check.Output);
        }
        else if (result.Outcome != EditOutcome.Missing)
        {
            Log.NotWritten(logger, check.Id, result.Reason);
            lock (check) check.DueUnixMs = Math.Min(check.DueUnixMs, now + (long)RetryDelay.TotalMilliseconds);
            timetable.Add(check, check.DueUnixMs);
        }

        return result;
    }

    private ValueTask<EditResult> WriteAsync(
        RunningCheck check, CheckStatus status, string output, long now, CancellationToken cancellation)
    {
        if (check.ServiceId is not { } service)
        {
            return registrar.EditNodeAsync(
                options.NodeName,
                node => node is null ? null
                    : node with { Checks = Replace(node.Checks, check.Id, status, output, now) },
                null, cancellation);
        }

        return registrar.EditServiceAsync(
            options.NodeName, service,
            one => one is null ? null : one with { Checks = Replace(one.Checks, check.Id, status, output, now) },
            null, cancellation);
    }

    private static RegisteredCheck[] Replace(
        IReadOnlyList<RegisteredCheck> checks, string id, CheckStatus status, string output, long now) =>
        [.. checks.Select(check => check.Id == id ? check.With(status, output, now) : check)];

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

    /// <summary>It reports for itself.</summary>
    private static void Forget(Task task) => _ = task;

    private static partial class Log
    {
        [LoggerMessage(4020, LogLevel.Debug, "Check {Check} is {Status}: {Output}")]
        public static partial void Changed(ILogger logger, string check, string status, string output);

        [LoggerMessage(4021, LogLevel.Warning, "The state of check {Check} was not written: {Reason}")]
        public static partial void NotWritten(ILogger logger, string check, string reason);

        [LoggerMessage(4022, LogLevel.Information,
            "Service {Service} is deregistered: its check {Check} was critical for too long")]
        public static partial void Reaped(ILogger logger, string service, string check);
    }
}
