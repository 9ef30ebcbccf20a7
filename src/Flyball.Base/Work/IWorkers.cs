namespace Flyball.Base.Work;

/// <summary>
/// Where CPU-bound or blocking work runs (compaction, queries, file I/O), so that a module never touches the thread
/// pool itself: the simulator runs it inline, in virtual time.
/// </summary>
public interface IWorkers
{
    /// <summary>Runs <paramref name="work"/> off the caller's thread and continues on the caller's context.</summary>
    Task<T> RunAsync<T>(Func<T> work, CancellationToken cancellation = default);

    Task RunAsync(Action work, CancellationToken cancellation = default);
}
