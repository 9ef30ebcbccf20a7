using CsCheck;
using Flyball.Base.Resources;
using Flyball.Contracts;
using Flyball.Contracts.Agent;
using Flyball.Contracts.Discovery;
using Flyball.Contracts.Gateway;
using Flyball.Contracts.Scheduling;

namespace Flyball.Discovery.Tests;

/// <summary>What must hold after any history of allocations, statuses and gateways.</summary>
public sealed class CatalogueInvariantTests
{
    private enum Kind
    {
        Run, Stop, Status, Gateway, Forget, Time,
    }

    private static readonly Gen<(Kind Kind, int Who, int What, bool Flag)[]> Histories =
        Gen.Select(Gen.Enum<Kind>(), Gen.Int[0, 2], Gen.Int[0, 9], Gen.Bool).Array[1, 40];

    [Fact]
    public void Reconcile_AnyHistory_KeepsTheInvariants() =>
        Histories.Sample(history => RunAsync(history).GetAwaiter().GetResult(), iter: 400);

    private static async Task RunAsync((Kind Kind, int Who, int What, bool Flag)[] history)
    {
        using var world = new World();
        foreach ((Kind kind, int who, int what, bool flag) in history)
        {
            await StepAsync(world, kind, who, what, flag);
            var before = world.Store.Current;
            await world.SettleAsync();
            foreach (Resource<Endpoint> gone in before.List(Kinds.Endpoint))
                if (world.Endpoint(gone.Key.Name) is null) AssertMayGo(world, gone);
            foreach (Resource<Endpoint> endpoint in world.Store.Current.List(Kinds.Endpoint))
                AssertTrue(world, endpoint);
            Revision settled = world.Store.Current.Revision;
            await world.SettleAsync();
            Assert.Equal(settled, world.Store.Current.Revision);
        }
    }

    private static async Task StepAsync(World world, Kind kind, int who, int what, bool flag)
    {
        string id = "a" + who;
        Allocation? allocation = world.Store.Current.Get(Kinds.Allocation, id)?.Value;
        switch (kind)
        {
            case Kind.Run when allocation is null:
                await world.AllocateAsync(id);
                break;
            case Kind.Stop when allocation is { Desired: DesiredState.Run }:
                await world.AllocateAsync(id, DesiredState.Stop, world.Now + (what * 1_000));
                break;
            case Kind.Status when allocation is not null:
                await world.StatusAsync(id, (AllocationPhase)what, flag ? HealthState.Passing : HealthState.Critical);
                break;
            case Kind.Gateway:
                string[] busy = flag ? [id + ".http"] : [];
                await world.GatewayAsync("g" + who, world.Store.Current.Revision.Value - (what % 4), what < 8, busy);
                break;
            case Kind.Forget when allocation is not null:
                await world.DeleteAsync(Kinds.Allocation, id);
                break;
            case Kind.Time:
                world.Time.Advance(TimeSpan.FromSeconds(what));
                break;
        }
    }

    private static void AssertTrue(World world, Resource<Endpoint> endpoint)
    {
        Allocation allocation = world.Store.Current.Get(Kinds.Allocation, endpoint.Value.Allocation)!.Value.Value;
        AllocationStatus status =
            world.Store.Current.Get(Kinds.AllocationStatus, endpoint.Value.Allocation)!.Value.Value;
        Assert.True(status.Phase is AllocationPhase.Starting or AllocationPhase.Running or AllocationPhase.Stopping);
        Assert.Equal(
            allocation.Desired == DesiredState.Stop
                || status.Phase == AllocationPhase.Stopping, endpoint.Value.Draining);
        if (!endpoint.Value.Draining) Assert.Equal(status.Health, endpoint.Value.Health);
    }

    /// <summary>
    /// An endpoint goes when its task is down, its time is over, or no live gateway can still be using it.
    /// </summary>
    private static void AssertMayGo(World world, Resource<Endpoint> gone)
    {
        Allocation? allocation = world.Store.Current.Get(Kinds.Allocation, gone.Value.Allocation)?.Value;
        AllocationStatus? status = world.Store.Current.Get(Kinds.AllocationStatus, gone.Value.Allocation)?.Value;
        if (allocation is null || status is null || allocation.StopDeadlineUnixMs <= world.Now) return;
        if (status.Phase is not (AllocationPhase.Starting or AllocationPhase.Running or AllocationPhase.Stopping))
            return;
        GatewayStatus[] live =
            [.. world.Store.Current.List(Kinds.GatewayStatus).Select(one => one.Value).Where(one => one.Live)];
        Assert.All(live, gateway =>
        {
            Assert.True(gateway.AppliedRevision >= gone.Revision.Value);
            Assert.DoesNotContain(gone.Key.Name, gateway.BusyEndpoints);
        });
    }
}
