using Flyball.Agent.Allocations;
using Flyball.Agent.Session;
using Microsoft.Extensions.Logging;

namespace Flyball.Agent;

/// <summary>
/// The node's agent: takes up what runs here, keeps it, and talks to the server as long as there is one.
/// </summary>
internal sealed partial class NodeAgent(
    AllocationTable table, AgentSession session, SessionParts parts, MachineParts? machine, AgentOptions options,
    TimeProvider time,
    ILogger<NodeAgent> log)
{
    /// <summary>Beyond the tasks' own grace periods: what still runs then is left running.</summary>
    private static readonly TimeSpan StopTimeout = TimeSpan.FromSeconds(30);

    /// <summary>For the engine to remove one container.</summary>
    private static readonly TimeSpan ReleaseTimeout = TimeSpan.FromSeconds(10);

    /// <summary>Runs until cancelled; then stops the tasks if the options say so, else leaves them running.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        using var working = new CancellationTokenSource();
        await parts.Catalogue.LoadAsync(cancellation);
        machine?.Links.Load();
        await table.LoadAsync(working.Token);
        Task[] background =
        [
            GuardAsync("logs", machine is null ? null : machine.Logs.RunAsync, working.Token),
            GuardAsync("sweep", machine?.Sweep is { } sweep ? sweep.RunAsync : null, working.Token),
            GuardAsync("usage", parts.Usage.RunAsync, working.Token),
            GuardAsync("drivers", parts.Drivers.RunAsync, working.Token),
            GuardAsync("catalogue", parts.Catalogue.RunAsync, working.Token),
        ];
        try
        {
            await session.RunAsync(cancellation);
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            // Asked to stop. The server hears no more from here, so it takes the end of tasks for no failure.
        }
        finally
        {
            if (options.StopTasksOnShutdown) await StopTasksAsync();
            working.Cancel();
            await table.WhenRunnersEndedAsync();
            await Task.WhenAll(background);
        }
    }

    /// <summary>A loop that fails is a bug; the others go on, for tasks must be kept all the same.</summary>
    private async Task GuardAsync(string name, Func<CancellationToken, Task>? loop, CancellationToken cancellation)
    {
        try
        {
            if (loop is not null) await loop(cancellation);
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            // The agent stops.
        }
        catch (Exception e)
        {
            Log.LoopFailed(log, name, e);
        }
    }

    private async Task StopTasksAsync()
    {
        using var deadline = new CancellationTokenSource(StopTimeout, time);
        try
        {
            await table.StopAllAsync(deadline.Token);
        }
        catch (OperationCanceledException)
        {
            Log.StillRunning(log, table.All.Count(r => r.Record.State.Handle is not null));
        }

        foreach (AllocationRunner runner in table.All.Where(r => r.Record.State.Handle is null))
            await ReleaseAsync(runner);
    }

    private async Task ReleaseAsync(AllocationRunner runner)
    {
        using var deadline = new CancellationTokenSource(ReleaseTimeout, time);
        try
        {
            if (runner.Driver is { } driver) await driver.ReleaseAsync(runner.Task, deadline.Token);
        }
        catch (Exception e)
        {
            Log.CannotRelease(log, runner.Task.Id, e.Message);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(4021, LogLevel.Critical, "BUG: the agent's loop {Name} failed")]
        public static partial void LoopFailed(ILogger logger, string name, Exception error);

        [LoggerMessage(4022, LogLevel.Warning, "What allocation {Allocation} left on the machine stays: {Reason}")]
        public static partial void CannotRelease(ILogger logger, string allocation, string reason);

        [LoggerMessage(4020, LogLevel.Warning, "{Count} tasks did not stop in time and are left running")]
        public static partial void StillRunning(ILogger logger, int count);
    }
}
