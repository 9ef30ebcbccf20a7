namespace Flyball.Contracts.Agent;

/// <summary>
/// Reaches into allocations wherever they run: their logs and commands in them. The agent dials a stream of its own
/// for each, so that heartbeats never queue behind them.
/// </summary>
public interface IAllocationAccess
{
    /// <summary>The captured output; with follow it goes on until cancelled or the allocation is gone.</summary>
    /// <exception cref="AllocationAccessException">The allocation is unknown or its node is away.</exception>
    IAsyncEnumerable<LogLine> ReadLogsAsync(string allocation, LogRequest request, CancellationToken cancellation);

    /// <summary>Runs a command in the allocation's surroundings.</summary>
    /// <exception cref="AllocationAccessException">The allocation is not running or its node is away.</exception>
    ValueTask<IExecSession> ExecAsync(string allocation, ExecRequest request, CancellationToken cancellation);
}
