using Flyball.Base.Resources;
using Flyball.Store.Memory;

namespace Flyball.Store.Tests.Conformance;

/// <summary>The simulator's store.</summary>
public sealed class MemoryUnderTest : IStoreUnderTest
{
    private readonly List<IDisposable> open = [];

    public IResourceStore Open(TimeProvider time, StoreLimits limits)
    {
        var store = new MemoryStore(time, limits: limits);
        open.Add(store);
        return store;
    }

    public void Dispose()
    {
        foreach (IDisposable store in open) store.Dispose();
    }
}
