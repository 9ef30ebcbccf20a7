using Flyball.Discovery.Registrations;
using Microsoft.Extensions.Logging;

namespace Flyball.Discovery.Checking;

/// <summary>
/// Takes in what was seen of checks and writes their states, only when they change. Of one check they are written one
/// after the other, each time the newest: what was seen last is what stays, however reports overlap.
/// </summary>
internal sealed partial class CheckStates(
    CheckTimetable timetable, Registrar registrar, DiscoveryOptions options, DiscoveryMetrics metrics,
    TimeProvider time, ILogger<CheckStates> logger)
{
    /// <summary>After a state could not be written.</summary>
    public static readonly TimeSpan RetryDelay = TimeSpan.FromSeconds(1);

    /// <summary>Takes in what was seen, and writes the state if that changes it.</summary>
    public ValueTask<EditResult> ObserveAsync(RunningCheck check, CheckVerdict seen, CancellationToken cancellation)
    {
        lock (check)
        {
            if (check.IsGone) return ValueTask.FromResult(Gone(check));
            check.Judge.Observe(seen.Status, Now);
            check.Output = check.Judge.IsHeld
                ? $"held critical because it flaps; last seen: {seen.Status.Name()}: {seen.Output}" : seen.Output;
        }

        return SettleAsync(check, cancellation);
    }

    /// <summary>Writes the state as it is now, if the store says another.</summary>
    public async ValueTask<EditResult> SettleAsync(RunningCheck check, CancellationToken cancellation)
    {
        await check.Turn.WaitAsync(cancellation);
        try
        {
            CheckStatus status;
            string output;
            lock (check)
            {
                // What it knows is of no use to the check that has its id now.
                if (check.IsGone) return Gone(check);
                check.RetryUnixMs = long.MaxValue;
                status = check.Judge.Status;
                output = check.Output;
                if (status == check.Written) return new EditResult(EditOutcome.Done, check.WrittenAt);
            }

            EditResult result = await WriteAsync(check, status, output, cancellation);
            Wrote(check, status, output, result);
            return result;
        }
        catch (OperationCanceledException)
        {
            // Whoever asked is gone; what was seen was seen.
            Owe(check);
            throw;
        }
        finally
        {
            check.Turn.Release();
        }
    }

    private long Now => time.GetUtcNow().ToUnixTimeMilliseconds();

    private void Wrote(RunningCheck check, CheckStatus status, string output, EditResult result)
    {
        if (result.IsDone)
        {
            lock (check) check.Saw(status, result.Revision);
            metrics.Transition(status.Name());
            Log.Changed(logger, check.Id, status.Name(), output);
        }
        else if (result.Outcome != EditOutcome.Missing)
        {
            Log.NotWritten(logger, check.Id, result.Reason);
            Owe(check);
        }
    }

    private void Owe(RunningCheck check)
    {
        lock (check)
        {
            check.RetryUnixMs = Now + (long)RetryDelay.TotalMilliseconds;
            if (!check.IsGone) timetable.Add(check, check.RetryUnixMs);
        }
    }

    private ValueTask<EditResult> WriteAsync(
        RunningCheck check, CheckStatus status, string output, CancellationToken cancellation)
    {
        long now = Now;
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

    private static EditResult Gone(RunningCheck check) => EditResult.Missing(
        $"Unknown check ID \"{check.Id}\". Ensure that the check ID is passed, not the check name.");

    private static partial class Log
    {
        [LoggerMessage(4020, LogLevel.Debug, "Check {Check} is {Status}: {Output}")]
        public static partial void Changed(ILogger logger, string check, string status, string output);

        [LoggerMessage(4021, LogLevel.Warning, "The state of check {Check} was not written: {Reason}")]
        public static partial void NotWritten(ILogger logger, string check, string reason);
    }
}
