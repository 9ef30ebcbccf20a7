using Flyball.Base.Work;

namespace Flyball.Simulation.Machine;

/// <summary>Workers that do the work at once on the simulator's thread.</summary>
internal sealed class InlineWorkers : IWorkers
{
    public Task<T> RunAsync<T>(Func<T> work, CancellationToken cancellation = default)
    {
        if (cancellation.IsCancellationRequested) return Task.FromCanceled<T>(cancellation);
        try
        {
            return Task.FromResult(work());
        }
        catch (Exception e)
        {
            return Task.FromException<T>(e);
        }
    }

    public Task RunAsync(Action work, CancellationToken cancellation = default) => RunAsync(() =>
    {
        work();
        return true;
    }, cancellation);
}
