using Flyball.Base.Resources;
using Flyball.Contracts;
using Flyball.Contracts.Agent;
using Flyball.Contracts.Discovery;
using Flyball.Contracts.Scheduling;

namespace Flyball.Discovery.Tests;

public sealed class CatalogueProjectionTests : IDisposable
{
    private readonly World world = new();

    public void Dispose() => world.Dispose();

    [Fact]
    public async Task Plan_RunningAllocation_HasAnEndpointForEachPort()
    {
        await world.AllocateAsync("a1");
        await world.StatusAsync("a1", AllocationPhase.Running, HealthState.Passing, 9000, "admin", "http");
        await world.SettleAsync();

        Endpoint http = world.Endpoint("a1.http")!.Value.Value;
        Assert.Equal(("shop.web", "http", "127.0.0.1", 9001), (http.Service, http.Port, http.Address, http.PortNumber));
        Assert.Equal(HealthState.Passing, http.Health);
        Assert.Equal(9000, world.Endpoint("a1.admin")!.Value.Value.PortNumber);
    }

    [Theory]
    [InlineData(AllocationPhase.Pending, false)]
    [InlineData(AllocationPhase.Preparing, false)]
    [InlineData(AllocationPhase.Starting, true)]
    [InlineData(AllocationPhase.Running, true)]
    [InlineData(AllocationPhase.BackingOff, false)]
    [InlineData(AllocationPhase.Stopped, false)]
    [InlineData(AllocationPhase.Completed, false)]
    [InlineData(AllocationPhase.Failed, false)]
    [InlineData(AllocationPhase.Lost, false)]
    public async Task Plan_EachPhase_ListsOnlyTasksThatAreUp(AllocationPhase phase, bool listed)
    {
        await world.AllocateAsync("a1");
        await world.StatusAsync("a1", AllocationPhase.Running);
        await world.SettleAsync();
        await world.StatusAsync("a1", phase);
        await world.SettleAsync();

        Assert.Equal(listed, world.Endpoint("a1.http") is not null);
    }

    [Fact]
    public async Task Plan_HealthChanges_EndpointFollows()
    {
        await world.AllocateAsync("a1");
        await world.StatusAsync("a1", AllocationPhase.Running, HealthState.Passing);
        await world.SettleAsync();
        await world.StatusAsync("a1", AllocationPhase.Running, HealthState.Critical);
        await world.SettleAsync();

        Assert.Equal(HealthState.Critical, world.Endpoint("a1.http")!.Value.Value.Health);
    }

    [Theory]
    [InlineData(false, HealthState.Passing)]
    [InlineData(true, HealthState.Unknown)]
    public async Task Plan_HealthUnknownWhileRunning_CountsAsPassingOnlyWithoutACheck(
        bool hasCheck, HealthState expected)
    {
        await world.VersionAsync(hasCheck ? new HealthCheckSpec { Kind = HealthCheckKind.Http } : null);
        await world.AllocateAsync("a1");
        await world.StatusAsync("a1", AllocationPhase.Running, HealthState.Unknown);
        await world.SettleAsync();

        Assert.Equal(expected, world.Endpoint("a1.http")!.Value.Value.Health);
    }

    [Fact]
    public async Task Plan_StopWithABusyGateway_DrainsUntilItLetsGo()
    {
        await world.GatewayAsync("g1", 0);
        await world.GatewayAsync("g2", 0);
        await world.AllocateAsync("a1");
        await world.StatusAsync("a1", AllocationPhase.Running);
        await world.SettleAsync();
        await world.AllocateAsync("a1", DesiredState.Stop, world.Now + 30_000);
        await world.SettleAsync();

        Resource<Endpoint> draining = world.Endpoint("a1.http")!.Value;
        Assert.True(draining.Value.Draining);

        await world.GatewayAsync("g1", draining.Revision.Value);
        await world.GatewayAsync("g2", draining.Revision.Value, true, "a1.http");
        await world.SettleAsync();
        Assert.NotNull(world.Endpoint("a1.http"));

        await world.GatewayAsync("g2", draining.Revision.Value);
        await world.SettleAsync();
        Assert.Null(world.Endpoint("a1.http"));
    }

    [Fact]
    public async Task Plan_GatewayHasNotAppliedTheDrain_Waits()
    {
        await world.AllocateAsync("a1");
        await world.StatusAsync("a1", AllocationPhase.Running);
        await world.SettleAsync();
        await world.GatewayAsync("g1", world.Store.Current.Revision.Value);
        await world.AllocateAsync("a1", DesiredState.Stop, world.Now + 30_000);
        await world.SettleAsync();

        Assert.True(world.Endpoint("a1.http")!.Value.Value.Draining);
    }

    [Fact]
    public async Task Plan_BusyGatewayDies_DrainEnds()
    {
        await world.GatewayAsync("g1", 0);
        await world.AllocateAsync("a1");
        await world.StatusAsync("a1", AllocationPhase.Running);
        await world.SettleAsync();
        await world.AllocateAsync("a1", DesiredState.Stop, world.Now + 30_000);
        await world.SettleAsync();
        await world.GatewayAsync("g1", 0, live: false);
        await world.SettleAsync();

        Assert.Null(world.Endpoint("a1.http"));
    }

    [Fact]
    public async Task Plan_DeadlineToDrain_IsTheNextLookAndEndsIt()
    {
        await world.GatewayAsync("g1", 0);
        await world.AllocateAsync("a1");
        await world.StatusAsync("a1", AllocationPhase.Running);
        await world.SettleAsync();
        await world.AllocateAsync("a1", DesiredState.Stop, world.Now + 30_000);
        Assert.Equal(TimeSpan.FromSeconds(30), await world.SettleAsync());

        world.Time.Advance(TimeSpan.FromSeconds(29));
        await world.SettleAsync();
        Assert.NotNull(world.Endpoint("a1.http"));
        world.Time.Advance(TimeSpan.FromSeconds(1));
        Assert.Null(await world.SettleAsync());
        Assert.Null(world.Endpoint("a1.http"));
    }

    [Fact]
    public async Task Plan_StopWithoutGateways_IsSeenToDrainBeforeItGoes()
    {
        await world.AllocateAsync("a1");
        await world.StatusAsync("a1", AllocationPhase.Running);
        await world.SettleAsync();
        Revision before = world.Store.Current.Revision;
        await world.AllocateAsync("a1", DesiredState.Stop, world.Now + 30_000);
        await world.SettleAsync();

        var seen = new List<ResourceChange>();
        await foreach (ChangeBatch batch in world.Store.WatchAsync(
            [Kinds.Endpoint.Name], before, TestContext.Current.CancellationToken))
        {
            seen.AddRange(batch.Changes);
            if (seen.Count >= 2) break;
        }

        Assert.True(seen[0].Current!.Decode(Kinds.Endpoint).Draining);
        Assert.True(seen[1].IsDelete);
    }

    [Fact]
    public async Task Plan_CrashWhileDraining_GoesAtOnce()
    {
        await world.GatewayAsync("g1", 0);
        await world.AllocateAsync("a1");
        await world.StatusAsync("a1", AllocationPhase.Running);
        await world.SettleAsync();
        await world.AllocateAsync("a1", DesiredState.Stop, world.Now + 30_000);
        await world.SettleAsync();
        await world.StatusAsync("a1", AllocationPhase.Failed);
        await world.SettleAsync();

        Assert.Null(world.Endpoint("a1.http"));
    }

    [Fact]
    public async Task Plan_HealthFailsWhileDraining_KeepsTheRevisionThatIsAcknowledged()
    {
        await world.GatewayAsync("g1", 0);
        await world.AllocateAsync("a1");
        await world.StatusAsync("a1", AllocationPhase.Running);
        await world.SettleAsync();
        await world.AllocateAsync("a1", DesiredState.Stop, world.Now + 30_000);
        await world.SettleAsync();
        Revision drained = world.Endpoint("a1.http")!.Value.Revision;
        await world.StatusAsync("a1", AllocationPhase.Stopping, HealthState.Critical);
        await world.SettleAsync();

        Assert.Equal(drained, world.Endpoint("a1.http")!.Value.Revision);
    }

    [Fact]
    public async Task Plan_RestartOnAnotherPort_MovesTheEndpoint()
    {
        await world.AllocateAsync("a1");
        await world.StatusAsync("a1", AllocationPhase.Running, HealthState.Passing, 9000);
        await world.SettleAsync();
        await world.StatusAsync("a1", AllocationPhase.Running, HealthState.Passing, 9100);
        await world.SettleAsync();

        Assert.Equal(9100, world.Endpoint("a1.http")!.Value.Value.PortNumber);
    }

    [Fact]
    public async Task Plan_AllocationDeleted_EndpointGoes()
    {
        await world.AllocateAsync("a1");
        await world.StatusAsync("a1", AllocationPhase.Running);
        await world.SettleAsync();
        await world.DeleteAsync(Kinds.Allocation, "a1");
        await world.SettleAsync();

        Assert.Null(world.Endpoint("a1.http"));
    }
}
