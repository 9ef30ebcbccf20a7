using System.Text;
using Flyball.Base.Resources;
using Microsoft.Extensions.Time.Testing;

namespace Flyball.Store.Tests.Conformance;

/// <summary>What every suite needs: a store, a clock, and short words for keys and values.</summary>
public abstract class ConformanceSuite<T> : IDisposable
    where T : IStoreUnderTest, new()
{
    private readonly T implementation = new();
    private IResourceStore? store;

    protected FakeTimeProvider Time { get; } = new();

    protected virtual StoreLimits Limits { get; } = new();

    protected IResourceStore Store => store ??= implementation.Open(Time, Limits);

    protected static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    protected virtual void Dispose(bool disposing) => implementation.Dispose();

    protected static ResourceKey Key(string name, string kind = "route") => new(kind, name);

    protected static byte[] Value(string text) => Encoding.UTF8.GetBytes(text);

    protected string? Stored(ResourceKey key) =>
        Store.Current.Find(key) is { } found ? Encoding.UTF8.GetString(found.Value.Span) : null;

    protected async Task<Revision> PutAsync(string name, string value = "v", string kind = "route")
    {
        CommitResult result =
            await Store.CommitAsync(new StoreTransaction().Put(Key(name, kind), Value(value)), Cancellation);
        Assert.Equal(CommitOutcome.Committed, result.Outcome);
        return result.Revision;
    }
}
