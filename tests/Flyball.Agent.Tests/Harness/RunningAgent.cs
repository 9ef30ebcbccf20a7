using Flyball.Agent.Allocations;
using Flyball.Base.Disk;
using Flyball.Base.Ids;
using Flyball.Base.Transport;
using Flyball.Base.Work;
using Microsoft.Extensions.DependencyInjection;

namespace Flyball.Agent.Tests.Harness;

/// <summary>An agent in this process. Disposing it leaves its tasks running unless its options say otherwise.</summary>
internal sealed class RunningAgent : IAsyncDisposable
{
    private readonly CancellationTokenSource stopping = new();
    private readonly ServiceProvider services;
    private readonly Task running;
    private bool disposed;

    public RunningAgent(AgentOptions options, ITransport transport)
    {
        var collection = new ServiceCollection();
        collection.AddLogging();
        collection.AddSingleton(TimeProvider.System);
        collection.AddSingleton(new Random(2));
        collection.AddSingleton<IdSource>();
        collection.AddSingleton<IDisk>(PhysicalDisk.Instance);
        collection.AddSingleton<IWorkers>(PoolWorkers.Instance);
        collection.AddSingleton(transport);
        collection.AddAgent(options);
        services = collection.BuildServiceProvider();
        running = services.GetRequiredService<NodeAgent>().RunAsync(stopping.Token);
    }

    public AllocationTable Table => services.GetRequiredService<AllocationTable>();

    public T Get<T>() where T : notnull => services.GetRequiredService<T>();

    public async ValueTask DisposeAsync()
    {
        if (disposed) return;
        disposed = true;
        await stopping.CancelAsync();
        await running;
        await services.DisposeAsync();
        stopping.Dispose();
    }
}
