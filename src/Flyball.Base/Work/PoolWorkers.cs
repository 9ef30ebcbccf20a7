namespace Flyball.Base.Work;

/// <summary>Workers on the process's thread pool.</summary>
public sealed class PoolWorkers : IWorkers
{
    public static readonly PoolWorkers Instance = new();

    public Task<T> RunAsync<T>(Func<T> work, CancellationToken cancellation = default) => Task.Run(work, cancellation);

    public Task RunAsync(Action work, CancellationToken cancellation = default) => Task.Run(work, cancellation);
}
