using Flyball.Contracts.Agent;
using Flyball.Contracts.Journal;
using Microsoft.Extensions.Logging;

namespace Flyball.Agent.Allocations;

/// <summary>Every allocation of this node. Assignments come from one session at a time; readers may be many.</summary>
internal sealed partial class AllocationTable(RunnerParts parts, AgentOptions options, ILogger<AllocationTable> log)
{
    private readonly Lock gate = new();
    private readonly SortedDictionary<string, AllocationRunner> runners = new(StringComparer.Ordinal);
    private readonly List<Task> running = [];

    /// <summary>Of the agent itself: runners outlive every session.</summary>
    private CancellationToken lifetime;

    /// <summary>The runners now, by id.</summary>
    public IReadOnlyList<AllocationRunner> All
    {
        get
        {
            lock (gate) return [.. runners.Values];
        }
    }

    public AllocationRunner? Find(string id)
    {
        lock (gate) return runners.GetValueOrDefault(id);
    }

    /// <summary>Takes up every allocation that an earlier agent left, before the server is asked anything.</summary>
    /// <param name="cancellation">Of the agent: all runners end when it is cancelled.</param>
    public async Task LoadAsync(CancellationToken cancellation)
    {
        lifetime = cancellation;
        IReadOnlyList<AllocationRecord> records = await parts.Workers.RunAsync(parts.Files.LoadAll, cancellation);
        foreach (AllocationRecord record in records) parts.Ports.Keep(record.Ports);
        foreach (AllocationRecord record in records)
        {
            AllocationRunner runner = Begin(record);
            await runner.PostAsync(new AllocationInput.AgentStarted(), cancellation);
        }

        Log.Loaded(log, records.Count);
    }

    /// <summary>What the server wants of one allocation.</summary>
    public async Task AssignAsync(Assigned assigned, CancellationToken cancellation)
    {
        AllocationRunner? runner = Find(assigned.Allocation.Id);
        if (runner is null)
        {
            if (assigned.Wanted == Wanted.Forget || (assigned.Ended && assigned.Wanted == Wanted.Run)) return;
            runner = await CreateAsync(assigned, cancellation);
            if (runner is null) return;
        }

        await runner.PostAsync(
            new AllocationInput.Assigned(assigned.Wanted, assigned.StopDeadlineUnixMs), cancellation);
    }

    /// <summary>The server named everything it wants here: the rest is stopped and forgotten.</summary>
    public async Task CompleteAsync(IReadOnlySet<string> named, CancellationToken cancellation)
    {
        foreach (AllocationRunner runner in All)
        {
            if (named.Contains(runner.Record.Allocation.Id)) continue;
            Log.NotWanted(log, runner.Record.Allocation.Id);
            await runner.PostAsync(new AllocationInput.Assigned(Wanted.Forget, null), cancellation);
        }
    }

    /// <summary>Stops every task and waits for the end of each, at most its grace period and some seconds.</summary>
    public async Task StopAllAsync(CancellationToken cancellation)
    {
        foreach (AllocationRunner runner in All)
            await runner.PostAsync(new AllocationInput.Assigned(Wanted.Stop, null), cancellation);
        while (All.Any(r => r.Record.State.Stage != RunStage.Ended))
            await Task.Delay(TimeSpan.FromMilliseconds(20), parts.Time, cancellation);
    }

    /// <summary>Ends when all runners have, after their cancellation.</summary>
    public Task WhenRunnersEndedAsync()
    {
        lock (gate) return Task.WhenAll(running);
    }

    private async Task<AllocationRunner?> CreateAsync(Assigned assigned, CancellationToken cancellation)
    {
        string? problem = All.Count >= options.AllocationsMax
            ? $"This node takes {options.AllocationsMax} allocations at most." : null;
        IReadOnlyList<BoundPort> ports = [];
        if (problem is null && assigned.Wanted == Wanted.Run) (ports, problem) = parts.Ports.Choose(assigned.Spec);
        var record = new AllocationRecord
        {
            Allocation = assigned.Allocation,
            Spec = assigned.Spec,
            Project = assigned.Project,
            Service = assigned.Service,
            Ports = ports,
            State = AllocationState.New,
        };
        problem ??= await TryPrepareAsync(record, cancellation);
        if (problem is null) return Begin(record);

        var failed = record with
            { State = record.State with { Stage = RunStage.Ended, Final = AllocationPhase.Failed, Message = problem } };
        parts.Reports.Status(AllocationReport.Of(failed, parts.Time.GetUtcNow().ToUnixTimeMilliseconds()));
        parts.Reports.Event(
            assigned.Allocation.Id,
            new Event { Type = "allocation.failed", Severity = EventSeverity.Error, Message = problem,
                Workload = assigned.Allocation.Workload });
        return null;
    }

    /// <summary>The first write of an allocation; on a full disk it fails here, before anything was started.</summary>
    private async Task<string?> TryPrepareAsync(AllocationRecord record, CancellationToken cancellation)
    {
        try
        {
            await parts.Workers.RunAsync(() => parts.Files.Prepare(record), cancellation);
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            parts.Ports.Release(record.Ports);
            return $"The agent cannot write the allocation's state: {e.Message}";
        }
    }

    private AllocationRunner Begin(AllocationRecord record)
    {
        var runner = new AllocationRunner(parts, record, log);
        lock (gate)
        {
            runners.Add(record.Allocation.Id, runner);
            running.RemoveAll(t => t.IsCompleted);
            running.Add(RunAsync(runner));
        }

        return runner;
    }

    private async Task RunAsync(AllocationRunner runner)
    {
        // The runner's first steps must not run under the lock of whoever made it.
        await Task.Yield();
        try
        {
            await runner.RunAsync(lifetime);
            lock (gate) runners.Remove(runner.Record.Allocation.Id);
        }
        catch (OperationCanceledException)
        {
            // The agent stops; the next one takes the allocation up from its record.
        }
        catch (Exception e)
        {
            Log.RunnerFailed(log, runner.Record.Allocation.Id, e);
        }
        finally
        {
            runner.Dispose();
        }
    }

    private static partial class Log
    {
        [LoggerMessage(4000, LogLevel.Information, "Took up {Count} allocations from disk")]
        public static partial void Loaded(ILogger logger, int count);

        [LoggerMessage(4001, LogLevel.Information,
            "Allocation {Allocation} is not wanted here any more; it is stopped and forgotten")]
        public static partial void NotWanted(ILogger logger, string allocation);

        [LoggerMessage(4002, LogLevel.Critical, "BUG: the runner of allocation {Allocation} failed")]
        public static partial void RunnerFailed(ILogger logger, string allocation, Exception error);
    }
}
