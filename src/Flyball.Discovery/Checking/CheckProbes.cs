using Flyball.Discovery.Registrations;
using Microsoft.Extensions.Logging;

namespace Flyball.Discovery.Checking;

/// <summary>
/// Probes, so many at a time; who comes while as many run waits in line, and nobody else waits for him. Afterwards the
/// check is in the timetable again.
/// </summary>
internal sealed partial class CheckProbes(
    CheckTimetable timetable, CheckStates states, ICheckProbe probe, DiscoveryOptions options, TimeProvider time,
    ILogger<CheckProbes> logger)
{
    /// <summary>A probe without a timeout of its own.</summary>
    private static readonly TimeSpan UsualTimeout = TimeSpan.FromSeconds(10);

    private readonly Lock gate = new();
    private readonly Queue<RunningCheck> line = new();
    private int running;

    /// <summary>Probes the check, which is marked as being probed, now or when its turn comes.</summary>
    public void Begin(RunningCheck check, CancellationToken cancellation)
    {
        lock (gate)
        {
            if (running == options.ProbesMax)
            {
                line.Enqueue(check);
                return;
            }

            running++;
        }

        Forget(RunAsync(check, cancellation));
    }

    /// <summary>One place: this check, then who waits in line.</summary>
    private async Task RunAsync(RunningCheck first, CancellationToken cancellation)
    {
        RunningCheck? check = first;
        while (check is not null)
        {
            try
            {
                await ProbeAsync(check, cancellation);
            }
            catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
            {
                // The server stops.
            }
            catch (Exception e)
            {
                // The place must not be lost, whatever is wrong with one check or with the store.
                Log.Failed(logger, e, check.Id);
            }

            lock (gate)
                if (!line.TryDequeue(out check)) running--;
        }
    }

    private async Task ProbeAsync(RunningCheck check, CancellationToken cancellation)
    {
        TimeSpan timeout = check.Spec.Timeout ?? UsualTimeout;
        // Registrations of before the bound may have more.
        if (timeout > CheckSpec.TimeoutMax) timeout = CheckSpec.TimeoutMax;
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        try
        {
            lock (check)
            {
                if (check.IsGone) return;
                check.ProbedBy(over);
            }

            CheckVerdict verdict = await AskAsync(check.Spec, timeout, over.Token);
            await states.ObserveAsync(check, verdict, cancellation);
        }
        catch (OperationCanceledException) when (check.IsGone)
        {
            // Nobody asks any more.
        }
        finally
        {
            lock (check)
            {
                check.ProbedBy(null);
                check.IsProbing = false;
                check.DueUnixMs = Now + (long)check.Spec.Interval!.Value.TotalMilliseconds;
                if (!check.IsGone) timetable.Add(check, check.DueUnixMs);
            }
        }
    }

    private async ValueTask<CheckVerdict> AskAsync(CheckSpec spec, TimeSpan timeout, CancellationToken cancellation)
    {
        using var deadline = new CancellationTokenSource(timeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellation, deadline.Token);
        try
        {
            return await probe.ProbeAsync(spec, either.Token);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return new CheckVerdict(CheckStatus.Critical, $"no answer within {timeout.TotalSeconds:0.###} s");
        }
    }

    private long Now => time.GetUtcNow().ToUnixTimeMilliseconds();

    /// <summary>It reports for itself.</summary>
    private static void Forget(Task task) => _ = task;

    private static partial class Log
    {
        [LoggerMessage(4024, LogLevel.Error, "Check {Check} could not be probed")]
        public static partial void Failed(ILogger logger, Exception exception, string check);
    }
}
