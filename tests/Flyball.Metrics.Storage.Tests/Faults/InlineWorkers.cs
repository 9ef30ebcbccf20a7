using Flyball.Base.Work;

namespace Flyball.Metrics.Storage.Tests.Faults;

/// <summary>Runs work on the caller's thread, so that a test is one sequence.</summary>
internal sealed class InlineWorkers : IWorkers
{
    public static readonly InlineWorkers Instance = new();

    public Task<T> RunAsync<T>(Func<T> work, CancellationToken cancellation = default)
    {
        cancellation.ThrowIfCancellationRequested();
        return Task.FromResult(work());
    }

    public Task RunAsync(Action work, CancellationToken cancellation = default)
    {
        cancellation.ThrowIfCancellationRequested();
        work();
        return Task.CompletedTask;
    }
}
