using Flyball.Agent.Drivers;
using Flyball.Contracts.Agent;
using Flyball.Contracts.Journal;
using Flyball.Contracts.Scheduling;

namespace Flyball.Agent.Allocations;

/// <summary>
/// The life of an allocation as a pure function: state and input to next state and actions. It never asks for a start
/// while an earlier attempt may still run: between Start(n) and Start(m) the end of n was always reported.
/// </summary>
internal sealed class AllocationMachine(TaskSpec spec)
{
    /// <summary>
    /// Between kills of a task that does not die, and between questions to an engine that does not answer.
    /// </summary>
    public const long RetryMs = 2_000;

    public (AllocationState State, IReadOnlyList<AllocationAction> Actions) Step(
        AllocationState state, AllocationInput input, long nowUnixMs)
    {
        var actions = new List<AllocationAction>();
        AllocationState next = input switch
        {
            AllocationInput.Assigned assigned => OnAssigned(state, assigned, nowUnixMs, actions),
            AllocationInput.AgentStarted => OnAgentStarted(state, actions),
            AllocationInput.Prepared prepared => OnPrepared(state, prepared, nowUnixMs, actions),
            AllocationInput.Started started => OnStarted(state, started, nowUnixMs, actions),
            AllocationInput.Recovered recovered => OnRecovered(state, recovered, nowUnixMs, actions),
            AllocationInput.Exited exited => OnExited(state, exited, nowUnixMs, actions),
            AllocationInput.Probed probed => OnProbed(state, probed, nowUnixMs, actions),
            AllocationInput.TimerDue => OnTimer(state, nowUnixMs, actions),
            _ => throw new InvalidOperationException($"BUG: no rule for {input}."),
        };
        return (next, actions);
    }

    private AllocationState OnAssigned(
        AllocationState s, AllocationInput.Assigned input, long now, List<AllocationAction> actions)
    {
        Wanted wanted = input.Wanted > s.Wanted ? input.Wanted : s.Wanted;
        bool changed = wanted != s.Wanted;
        s = s with { Wanted = wanted, StopDeadlineUnixMs = input.StopDeadlineUnixMs ?? s.StopDeadlineUnixMs };
        switch (s.Stage)
        {
            case RunStage.Idle when wanted == Wanted.Run:
                return BeginAttempt(s, actions);
            case RunStage.Idle or RunStage.Waiting when wanted != Wanted.Run:
                return End(s, AllocationPhase.Stopped, s.Message, actions);
            case RunStage.Preparing when changed:
                actions.Add(new AllocationAction.CancelPrepare());
                return s;
            case RunStage.Running when wanted >= Wanted.Stop || DeadlinePassed(s, now):
                return BeginStop(s, now, actions);
            case RunStage.Ended when wanted == Wanted.Forget:
                actions.Add(new AllocationAction.Forget());
                return s;
            default:
                // Starting and Recovering first learn what runs; Stopping is on its way.
                return s;
        }
    }

    private static AllocationState OnAgentStarted(AllocationState s, List<AllocationAction> actions)
    {
        switch (s.Stage)
        {
            case RunStage.Idle or RunStage.Preparing when s.Wanted == Wanted.Run:
                // Nothing of a preparation runs: it is simply done again.
                actions.Add(new AllocationAction.Prepare(Math.Max(1, s.Attempt)));
                return s with { Stage = RunStage.Preparing, Attempt = Math.Max(1, s.Attempt) };
            case RunStage.Idle or RunStage.Preparing or RunStage.Waiting when s.Wanted != Wanted.Run:
                return End(s, AllocationPhase.Stopped, s.Message, actions);
            case RunStage.Starting or RunStage.Running or RunStage.Stopping or RunStage.Recovering:
                actions.Add(new AllocationAction.Recover(s.Attempt, s.Handle));
                return s with { Stage = RunStage.Recovering, RecoverAtUnixMs = null };
            case RunStage.Ended when s.Wanted == Wanted.Forget:
                actions.Add(new AllocationAction.Forget());
                return s;
            default:
                return s;
        }
    }

    private AllocationState OnPrepared(
        AllocationState s, AllocationInput.Prepared input, long now, List<AllocationAction> actions)
    {
        if (s.Stage != RunStage.Preparing || input.Attempt != s.Attempt) return s;
        if (s.Wanted != Wanted.Run) return End(s, AllocationPhase.Stopped, s.Message, actions);
        if (input.Failure is { } failure) return FailAttempt(s, failure, now, actions);
        actions.Add(new AllocationAction.Start(s.Attempt));
        return s with { Stage = RunStage.Starting, StartedUnixMs = now, Handle = null, Health = HealthState.Unknown };
    }

    private AllocationState OnStarted(
        AllocationState s, AllocationInput.Started input, long now, List<AllocationAction> actions)
    {
        if (s.Stage != RunStage.Starting || input.Attempt != s.Attempt) return s;
        if (input.Start.Handle is { } handle) return Run(s with { StartedUnixMs = now }, handle, now, actions);
        DriverFailure failure = input.Start.Failure ?? throw new InvalidOperationException(
            "BUG: a start without a handle needs a failure.");
        return s.Wanted == Wanted.Run ? FailAttempt(s, failure, now, actions)
            : End(s, AllocationPhase.Stopped, failure.Message, actions);
    }

    private AllocationState OnRecovered(
        AllocationState s, AllocationInput.Recovered input, long now, List<AllocationAction> actions)
    {
        if (s.Stage != RunStage.Recovering || input.Attempt != s.Attempt) return s;
        s = s with { RecoverAtUnixMs = null };
        switch (input.Recovery.Kind)
        {
            case RecoveryKind.Alive:
                actions.Add(new AllocationAction.Tell(
                    "allocation.reattached", EventSeverity.Info, "The agent re-attached to the running task."));
                return Run(s, input.Recovery.Handle!, now, actions);
            case RecoveryKind.Exited:
                return AfterExit(s, input.Recovery.Exit ?? new TaskExit(null), now, actions);
            case RecoveryKind.NeverStarted:
                return s.Wanted == Wanted.Run ? BeginAttempt(s, actions)
                    : End(s, AllocationPhase.Stopped, s.Message, actions);
            default:
                return s with { RecoverAtUnixMs = now + RetryMs, Message = input.Recovery.Message };
        }
    }

    private AllocationState OnExited(
        AllocationState s, AllocationInput.Exited input, long now, List<AllocationAction> actions) =>
        s.Stage is RunStage.Running or RunStage.Stopping && input.Attempt == s.Attempt
            ? AfterExit(s, input.Exit, now, actions) : s;

    private AllocationState OnProbed(
        AllocationState s, AllocationInput.Probed input, long now, List<AllocationAction> actions)
    {
        if (s.Stage != RunStage.Running || input.Attempt != s.Attempt) return s;
        AllocationState next = HealthRule.Apply(s, spec.HealthCheck, input.Result, now);
        if (next.Health == HealthState.Critical && s.Health != HealthState.Critical)
            actions.Add(new AllocationAction.Tell("allocation.unhealthy", EventSeverity.Warning, next.Message));
        if (next.Health == HealthState.Passing && s.Health != HealthState.Passing)
            actions.Add(
                new AllocationAction.Tell("allocation.healthy", EventSeverity.Info, "The health check passes."));
        return next;
    }

    private AllocationState OnTimer(AllocationState s, long now, List<AllocationAction> actions)
    {
        if (s.TimerUnixMs is not { } due || due > now) return s;
        switch (s.Stage)
        {
            case RunStage.Waiting:
                return BeginAttempt(s with { NextStartUnixMs = null, Restarts = s.Restarts + 1 }, actions);
            case RunStage.Stopping:
                actions.Add(new AllocationAction.Kill(s.Handle!));
                return s with { KillAtUnixMs = now + RetryMs };
            case RunStage.Recovering:
                actions.Add(new AllocationAction.Recover(s.Attempt, s.Handle));
                return s with { RecoverAtUnixMs = null };
            default:
                actions.Add(new AllocationAction.Tell(
                    "allocation.deadline", EventSeverity.Warning,
                    "The drain's deadline passed; it is stopped with requests possibly in flight."));
                return BeginStop(s, now, actions);
        }
    }

    private static AllocationState BeginAttempt(AllocationState s, List<AllocationAction> actions)
    {
        int attempt = s.Attempt + 1;
        actions.Add(new AllocationAction.Prepare(attempt));
        return s with { Stage = RunStage.Preparing, Attempt = attempt, Handle = null, Health = HealthState.Unknown };
    }

    private AllocationState Run(AllocationState s, TaskHandle handle, long now, List<AllocationAction> actions)
    {
        // Without a check a task is healthy because it runs; a recovered one keeps what its last probes said.
        bool passing = spec.HealthCheck is null || s.Health == HealthState.Passing;
        s = s with
        {
            Stage = RunStage.Running,
            Handle = handle,
            Health = passing ? HealthState.Passing : s.Health,
            HealthySinceUnixMs = passing ? s.HealthySinceUnixMs ?? now : null,
            WasHealthy = passing,
            ProbeFailures = 0,
            Message = "",
        };
        actions.Add(new AllocationAction.Watch(s.Attempt, handle));
        return s.Wanted >= Wanted.Stop || DeadlinePassed(s, now) ? BeginStop(s, now, actions) : s;
    }

    private AllocationState BeginStop(AllocationState s, long now, List<AllocationAction> actions)
    {
        actions.Add(new AllocationAction.SendStop(s.Handle!));
        return s with { Stage = RunStage.Stopping, KillAtUnixMs = now + (long)spec.StopGracePeriod.TotalMilliseconds };
    }

    /// <summary>
    /// The grace period begins when the signal has gone out: writing the intent down may have waited for a full disk.
    /// Not worth a write, since an agent that starts in between signals again.
    /// </summary>
    public AllocationState StopSent(AllocationState s, long now) => s.Stage == RunStage.Stopping
        ? s with { KillAtUnixMs = now + (long)spec.StopGracePeriod.TotalMilliseconds }
        : s;

    private AllocationState AfterExit(AllocationState s, TaskExit exit, long now, List<AllocationAction> actions)
    {
        long ranMs = now - (s.StartedUnixMs ?? now);
        string message = ExitMessage.Of(exit, ranMs);
        s = s with { Handle = null, ExitCode = exit.Code, KillAtUnixMs = null, HealthySinceUnixMs = null,
            WasHealthy = false, Health = HealthState.Unknown };
        if (s.Wanted != Wanted.Run) return End(s, AllocationPhase.Stopped, message, actions);
        bool failed = exit.Code != 0;
        actions.Add(new AllocationAction.Tell(
            exit.OutOfMemory ? "allocation.oom" : "allocation.exited", failed ? EventSeverity.Warning
                : EventSeverity.Info, message));
        bool restart = spec.Restart.Condition == RestartCondition.Any
            || (failed && spec.Restart.Condition == RestartCondition.OnFailure);
        if (!restart) return End(s, failed ? AllocationPhase.Failed : AllocationPhase.Completed, message, actions);
        int before = ranMs >= spec.Restart.Window.TotalMilliseconds ? 0 : s.FailuresInRow;
        return BackOff(s with { FailuresInRow = before + 1 }, message, now, actions);
    }

    private AllocationState FailAttempt(
        AllocationState s, DriverFailure failure, long now, List<AllocationAction> actions)
    {
        if (failure.IsPortTaken) actions.Add(new AllocationAction.ChangePorts());
        actions.Add(new AllocationAction.Tell("allocation.start-failed", EventSeverity.Error, failure.Message));
        s = s with { FailuresInRow = s.FailuresInRow + 1, StartedUnixMs = null, Handle = null };
        return failure.IsPermanent || spec.Restart.Condition == RestartCondition.None
            ? End(s, AllocationPhase.Failed, failure.Message, actions)
            : BackOff(s, failure.Message, now, actions);
    }

    private AllocationState BackOff(AllocationState s, string message, long now, List<AllocationAction> actions)
    {
        if (spec.Restart.MaxAttempts is { } max && s.FailuresInRow > max)
            return End(s, AllocationPhase.Failed, $"{message} Its {max} restarts are used up.", actions);
        long delayMs = BackOffMs(spec.Restart, s.FailuresInRow);
        if (s.FailuresInRow == RestartPolicy.CrashLoopFailures)
            actions.Add(new AllocationAction.Tell("allocation.crash-loop", EventSeverity.Error,
                $"It failed {s.FailuresInRow} times in a row: {message}"));
        return s with { Stage = RunStage.Waiting, NextStartUnixMs = now + delayMs, Message = message };
    }

    /// <summary>The policy's delay, doubled with each failure in a row after the first.</summary>
    internal static long BackOffMs(RestartPolicy policy, int failuresInRow)
    {
        double delay = policy.Delay.TotalMilliseconds * Math.Pow(2, Math.Min(Math.Max(0, failuresInRow - 1), 30));
        return (long)Math.Min(delay, policy.DelayMax.TotalMilliseconds);
    }

    private static AllocationState End(
        AllocationState s, AllocationPhase final, string message, List<AllocationAction> actions)
    {
        actions.Add(new AllocationAction.Tell(
            $"allocation.{final.ToString().ToLowerInvariant()}", final == AllocationPhase.Failed ? EventSeverity.Error
                : EventSeverity.Info,
            message.Length > 0 ? message : $"It is {final.ToString().ToLowerInvariant()}."));
        if (s.Wanted == Wanted.Forget) actions.Add(new AllocationAction.Forget());
        return s with
        {
            Stage = RunStage.Ended,
            Final = final,
            Message = message,
            Handle = null,
            NextStartUnixMs = null,
            HealthySinceUnixMs = null,
            Health = HealthState.Unknown,
        };
    }

    private static bool DeadlinePassed(AllocationState s, long now) =>
        s.Wanted == Wanted.Drain && s.StopDeadlineUnixMs is { } deadline && deadline <= now;
}
