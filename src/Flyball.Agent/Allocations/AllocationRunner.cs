using System.Threading.Channels;
using Flyball.Agent.Drivers;
using Flyball.Contracts.Agent;
using Flyball.Contracts.Journal;
using Microsoft.Extensions.Logging;

namespace Flyball.Agent.Allocations;

/// <summary>
/// Drives one allocation: takes inputs one at a time, steps the machine, makes the new state durable, then acts. What
/// takes long runs beside the loop and comes back as an input.
/// </summary>
internal sealed partial class AllocationRunner : IDisposable
{
    /// <summary>Inputs that wait; whoever brings more waits as well.</summary>
    private const int InboxLength = 64;

    private readonly Channel<AllocationInput> inbox = Channel.CreateBounded<AllocationInput>(InboxLength);
    private readonly RunnerParts parts;
    private readonly AllocationMachine machine;
    private readonly ITaskDriver? driver;
    private readonly ILogger log;
    private readonly ITimer timer;
    private CancellationTokenSource? preparing;
    private CancellationTokenSource? probing;
    private AllocationStatus? reported;
    private AllocationRecord record;
    private bool forgotten;

    public AllocationRunner(RunnerParts parts, AllocationRecord record, ILogger log)
    {
        this.parts = parts;
        this.record = record;
        this.log = log;
        machine = new AllocationMachine(record.Spec);
        driver = parts.Drivers.Find(record.Spec.Driver);

        // A full inbox needs no timer input: the loop arms the timer again after each step.
        timer = parts.Time.CreateTimer(
            _ => inbox.Writer.TryWrite(new AllocationInput.TimerDue()), null, Timeout.InfiniteTimeSpan,
            Timeout.InfiniteTimeSpan);
    }

    /// <summary>The newest state; replaced as a whole.</summary>
    public AllocationRecord Record => Volatile.Read(ref record);

    public ITaskDriver? Driver => driver;

    public TaskContext Task => new()
    {
        Allocation = Record.Allocation,
        Spec = Record.Spec,
        Project = Record.Project,
        Service = Record.Service,
        Directory = parts.Files.DirectoryOf(Record.Allocation.Id),
        Ports = Record.Ports,
    };

    public ValueTask PostAsync(AllocationInput input, CancellationToken cancellation) =>
        inbox.Writer.WriteAsync(input, cancellation);

    /// <summary>Runs until the allocation is forgotten or the agent stops; tasks are left running.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        try
        {
            Report();
            Arm();
            while (!forgotten)
            {
                AllocationInput input = await inbox.Reader.ReadAsync(cancellation);
                await StepAsync(input, cancellation);
            }
        }
        finally
        {
            probing?.Cancel();
            preparing?.Cancel();
        }
    }

    /// <summary>Tells the status again, for a server that asks from the beginning.</summary>
    public AllocationStatus CurrentStatus() => AllocationReport.Of(Record, NowUnixMs);

    public void Dispose()
    {
        timer.Dispose();
        probing?.Dispose();
        preparing?.Dispose();
    }

    private long NowUnixMs => parts.Time.GetUtcNow().ToUnixTimeMilliseconds();

    private async Task StepAsync(AllocationInput input, CancellationToken cancellation)
    {
        AllocationState before = record.State;
        (AllocationState next, IReadOnlyList<AllocationAction> actions) = machine.Step(before, input, NowUnixMs);
        AllocationRecord changed = record with { State = next };
        if (actions.Any(a => a is AllocationAction.ChangePorts)) changed = ChangePorts(changed);
        Volatile.Write(ref record, changed);
        if (MustPersist(before, next) || actions.Count > 0) await SaveAsync(cancellation);
        if (next.Stage != RunStage.Running) probing?.Cancel();
        foreach (AllocationAction action in actions) await ActAsync(action, cancellation);
        if (forgotten) return;
        Report();
        Arm();
    }

    /// <summary>Counting probes is not worth a write; everything else is.</summary>
    private static bool MustPersist(AllocationState before, AllocationState next) =>
        before with { ProbeFailures = 0, Message = "" } != next with { ProbeFailures = 0, Message = "" };

    /// <summary>Without the write nothing may be done: a start that nobody remembers could be started twice.</summary>
    private async Task SaveAsync(CancellationToken cancellation)
    {
        bool told = false;
        while (true)
        {
            try
            {
                await parts.Workers.RunAsync(() => parts.Files.Save(record), cancellation);
                return;
            }
            catch (IOException e)
            {
                Log.CannotSave(log, record.Allocation.Id, e);
                if (!told)
                    Tell("agent.disk", EventSeverity.Error,
                        $"The agent cannot write its state, so the allocation waits: {e.Message}");
                told = true;
                await System.Threading.Tasks.Task.Delay(
                    TimeSpan.FromMilliseconds(AllocationMachine.RetryMs), parts.Time, cancellation);
            }
        }
    }

    private async Task ActAsync(AllocationAction action, CancellationToken cancellation)
    {
        switch (action)
        {
            case AllocationAction.Prepare prepare:
                preparing?.Dispose();
                preparing = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
                Launch(PrepareAsync(prepare.Attempt, preparing.Token), cancellation);
                break;
            case AllocationAction.CancelPrepare:
                preparing?.Cancel();
                break;
            case AllocationAction.Start start:
                Launch(StartAsync(start.Attempt, cancellation), cancellation);
                break;
            case AllocationAction.Recover recover:
                Launch(RecoverAsync(recover.Attempt, recover.Handle, cancellation), cancellation);
                break;
            case AllocationAction.Watch watch:
                Watch(watch, cancellation);
                break;
            case AllocationAction.SendStop stop:
                await GuardAsync("stop", () => driver!.StopAsync(Task, stop.Handle, cancellation));
                Volatile.Write(ref record, record with { State = machine.StopSent(record.State, NowUnixMs) });
                break;
            case AllocationAction.Kill kill:
                await GuardAsync("kill", () => driver!.KillAsync(Task, kill.Handle, cancellation));
                break;
            case AllocationAction.Tell tell:
                Tell(tell.Type, tell.Severity, tell.Message);
                break;
            case AllocationAction.Forget:
                await ForgetAsync(cancellation);
                break;
        }
    }

    private async Task<AllocationInput> PrepareAsync(int attempt, CancellationToken cancellation)
    {
        if (driver is null)
            return new AllocationInput.Prepared(
                attempt, new DriverFailure($"This node has no driver \"{record.Spec.Driver}\".", IsPermanent: true));
        try
        {
            DriverFailure? failure = await parts.Workers.RunAsync(
                () => parts.Ports.Check(record.Spec, record.Ports), cancellation);
            failure ??= await driver.PrepareAsync(
                Task, m => Tell("allocation.preparing", EventSeverity.Info, m), cancellation);
            return new AllocationInput.Prepared(attempt, failure);
        }
        catch (OperationCanceledException)
        {
            return new AllocationInput.Prepared(attempt, new DriverFailure("The preparation was given up."));
        }
        catch (Exception e)
        {
            Log.DriverFailed(log, "prepare", record.Allocation.Id, e);
            return new AllocationInput.Prepared(
                attempt, new DriverFailure($"The {driver.Name} driver failed to prepare it: {e.Message}"));
        }
    }

    private async Task<AllocationInput> StartAsync(int attempt, CancellationToken cancellation)
    {
        try
        {
            return new AllocationInput.Started(attempt, await driver!.StartAsync(Task, attempt, cancellation));
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            // Whether it started is not known, and to guess wrong would be a duplicate: the driver must find out.
            Log.DriverFailed(log, "start", record.Allocation.Id, e);
            while (true)
            {
                TaskRecovery recovery = await AskAsync(attempt, null, cancellation);
                if (recovery.Kind == RecoveryKind.Alive)
                    return new AllocationInput.Started(attempt, TaskStart.Ok(recovery.Handle!));
                if (recovery.Kind != RecoveryKind.Unavailable)
                    return new AllocationInput.Started(
                        attempt, TaskStart.Failed($"The {driver!.Name} driver failed to start it: {e.Message}"));
                await System.Threading.Tasks.Task.Delay(
                    TimeSpan.FromMilliseconds(AllocationMachine.RetryMs), parts.Time, cancellation);
            }
        }
    }

    private async Task<AllocationInput> RecoverAsync(int attempt, TaskHandle? handle, CancellationToken cancellation) =>
        new AllocationInput.Recovered(attempt, await AskAsync(attempt, handle, cancellation));

    private async Task<TaskRecovery> AskAsync(int attempt, TaskHandle? handle, CancellationToken cancellation)
    {
        if (driver is null)
            return new TaskRecovery(
                RecoveryKind.Unavailable, Message: $"This node has no driver \"{record.Spec.Driver}\" any more.");
        try
        {
            return await driver.RecoverAsync(Task, attempt, handle, cancellation);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            Log.DriverFailed(log, "recover", record.Allocation.Id, e);
            return new TaskRecovery(
                RecoveryKind.Unavailable, Message: $"The {driver.Name} driver does not answer: {e.Message}");
        }
    }

    private void Watch(AllocationAction.Watch watch, CancellationToken cancellation)
    {
        Launch(WaitAsync(watch.Attempt, watch.Handle, cancellation), cancellation);
        if (record.Spec.HealthCheck is null) return;
        probing?.Cancel();
        probing?.Dispose();
        probing = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        CancellationToken token = probing.Token;
        _ = GuardAsync("probe", async () => await parts.Prober.RunAsync(
            driver!, Task, watch.Handle, record.State.StartedUnixMs ?? NowUnixMs,
            result => PostAsync(new AllocationInput.Probed(watch.Attempt, result), token), token));
    }

    private async Task<AllocationInput> WaitAsync(int attempt, TaskHandle handle, CancellationToken cancellation)
    {
        while (true)
        {
            try
            {
                return new AllocationInput.Exited(attempt, await driver!.WaitAsync(Task, handle, cancellation));
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                // The engine went away: the task may well live on. Ask again until somebody can tell.
                Log.DriverFailed(log, "wait", record.Allocation.Id, e);
                await System.Threading.Tasks.Task.Delay(
                    TimeSpan.FromMilliseconds(AllocationMachine.RetryMs), parts.Time, cancellation);
            }
        }
    }

    private void Launch(Task<AllocationInput> work, CancellationToken cancellation) =>
        _ = GuardAsync("work", async () => await PostAsync(await work, cancellation));

    private async Task GuardAsync(string what, Func<ValueTask> work)
    {
        try
        {
            await work();
        }
        catch (OperationCanceledException)
        {
            // The agent stops, or the task whose probe this was has ended.
        }
        catch (Exception e)
        {
            Log.DriverFailed(log, what, Record.Allocation.Id, e);
        }
    }

    private AllocationRecord ChangePorts(AllocationRecord old)
    {
        parts.Ports.Release(old.Ports);
        (IReadOnlyList<BoundPort> ports, string? problem) = parts.Ports.Choose(old.Spec);
        return problem is null ? old with { Ports = ports } : old with { State = old.State with { Message = problem } };
    }

    private async Task ForgetAsync(CancellationToken cancellation)
    {
        string id = record.Allocation.Id;
        if (driver is not null) await GuardAsync("clean up", () => driver.CleanUpAsync(Task, cancellation));
        await GuardAsync(
            "forget", async () => await parts.Workers.RunAsync(() => parts.Files.Delete(id), cancellation));
        parts.Ports.Release(record.Ports);
        parts.Reports.Forgotten(id);
        forgotten = true;
    }

    private void Report()
    {
        AllocationStatus status = CurrentStatus();
        if (AllocationReport.Same(status, reported)) return;
        reported = status;
        parts.Reports.Status(status);
    }

    private void Tell(string type, EventSeverity severity, string message) => parts.Reports.Event(
        Record.Allocation.Id,
        new Event { Type = type, Severity = severity, Message = message, Workload = Record.Allocation.Workload,
            Node = Record.Allocation.Node });

    private void Arm()
    {
        TimeSpan due = record.State.TimerUnixMs is { } at
            ? TimeSpan.FromMilliseconds(Math.Clamp(at - NowUnixMs, 0, int.MaxValue))
            : Timeout.InfiniteTimeSpan;
        timer.Change(due, Timeout.InfiniteTimeSpan);
    }

    private static partial class Log
    {
        [LoggerMessage(4010, LogLevel.Error, "The state of allocation {Allocation} cannot be written; it waits")]
        public static partial void CannotSave(ILogger logger, string allocation, Exception error);

        [LoggerMessage(4011, LogLevel.Warning, "The driver failed to {What} for allocation {Allocation}")]
        public static partial void DriverFailed(ILogger logger, string what, string allocation, Exception error);
    }
}
