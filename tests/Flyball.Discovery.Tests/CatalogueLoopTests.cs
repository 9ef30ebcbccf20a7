using Flyball.Base.Resources;
using Flyball.Contracts;
using Flyball.Contracts.Agent;
using Flyball.Contracts.Scheduling;
using Flyball.Discovery.Api;
using Flyball.Discovery.Catalogue;

namespace Flyball.Discovery.Tests;

public sealed class CatalogueLoopTests : IDisposable
{
    private readonly World world = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => world.Dispose();

    [Fact]
    public async Task Run_StatusAppears_WritesTheEndpointWithoutAClock()
    {
        using var stop = new CancellationTokenSource();
        Task loop = world.Loop().RunAsync(stop.Token);
        await world.AllocateAsync("a1");
        await world.StatusAsync("a1", AllocationPhase.Running);

        await NextAsync(batch => world.Endpoint("a1.http") is not null);

        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => loop);
    }

    [Fact]
    public async Task Run_DeadlinePasses_EndsTheDrainByTheClockAlone()
    {
        await world.GatewayAsync("g1", 0);
        await world.AllocateAsync("a1");
        await world.StatusAsync("a1", AllocationPhase.Running);
        await world.SettleAsync();
        using var stop = new CancellationTokenSource();
        Task loop = world.Loop().RunAsync(stop.Token);
        await world.AllocateAsync("a1", DesiredState.Stop, world.Now + 2_000);
        await NextAsync(_ => world.Endpoint("a1.http") is { Value.Draining: true });

        // The loop arms its timer after the commit that was just seen; advancing in steps meets it whenever it does.
        Task gone = NextAsync(_ => world.Endpoint("a1.http") is null);
        while (!gone.IsCompleted)
        {
            world.Time.Advance(TimeSpan.FromMilliseconds(500));
            await Task.Yield();
        }

        await gone;
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => loop);
    }

    [Fact]
    public async Task Reconcile_LeasePassedOn_WritesNothing()
    {
        LeaseEpoch old = (await world.Store.AcquireAsync(
            CatalogueLoop.LeaseName, "a", TimeSpan.FromSeconds(1), Cancellation))!.Value;
        world.Time.Advance(TimeSpan.FromSeconds(2));
        Assert.NotNull(await world.Store.AcquireAsync(
            CatalogueLoop.LeaseName, "b", TimeSpan.FromSeconds(60), Cancellation));
        await world.AllocateAsync("a1");
        await world.StatusAsync("a1", AllocationPhase.Running);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => world.Loop().ReconcileOnceAsync(old, TestContext.Current.CancellationToken));
        Assert.Null(world.Endpoint("a1.http"));
    }

    [Fact]
    public async Task Reconcile_MoreEditsThanATransactionTakes_WritesAll()
    {
        int count = CatalogueLoop.EditsMax + 7;
        for (int i = 0; i < count; i++)
        {
            await world.AllocateAsync($"a{i:d4}");
            await world.StatusAsync($"a{i:d4}", AllocationPhase.Running);
        }

        await world.SettleAsync();
        Assert.Equal(count, world.Store.Current.Count(Kinds.Endpoint.Name));
    }

    [Fact]
    public async Task Endpoints_FilteredByShortName_AreThoseOfTheService()
    {
        await world.AllocateAsync("a1");
        await world.StatusAsync("a1", AllocationPhase.Running);
        await world.SettleAsync();

        Assert.Equal("a1.http", Assert.Single(DiscoveryApi.Endpoints(world.Store.Current, "web")).Name);
        Assert.Empty(DiscoveryApi.Endpoints(world.Store.Current, "eb"));
        ServiceView service = Assert.Single(DiscoveryApi.Services(world.Store.Current));
        Assert.Equal(("shop.web", 1, 1), (service.Name, service.Endpoints, service.Passing));
    }

    private async Task NextAsync(Func<ChangeBatch?, bool> holds)
    {
        Revision seen = world.Store.Current.Revision;
        if (holds(null)) return;
        await foreach (ChangeBatch batch in world.Store.WatchAsync([], seen, TestContext.Current.CancellationToken))
        {
            if (holds(batch)) return;
        }
    }
}
