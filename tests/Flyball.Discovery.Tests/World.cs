using Flyball.Base.Resources;
using Flyball.Contracts;
using Flyball.Contracts.Agent;
using Flyball.Contracts.Discovery;
using Flyball.Contracts.Gateway;
using Flyball.Contracts.Scheduling;
using Flyball.Discovery.Catalogue;
using Flyball.Store.Memory;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Flyball.Discovery.Tests;

/// <summary>A store, a clock and the writers of everything that the catalogue is derived from.</summary>
internal sealed class World : IDisposable
{
    public FakeTimeProvider Time { get; } = new(DateTimeOffset.UnixEpoch.AddDays(20_000));

    public MemoryStore Store { get; }

    public DiscoveryMetrics Metrics { get; } = new();

    public World() => Store = new MemoryStore(Time);

    public long Now => Time.GetUtcNow().ToUnixTimeMilliseconds();

    public CatalogueLoop Loop(string holder = "a") =>
        new(Store, new DiscoveryOptions { Holder = holder }, Metrics, Time, NullLogger<CatalogueLoop>.Instance);

    public Task AllocateAsync(string id, DesiredState desired = DesiredState.Run, long? deadline = null) =>
        PutAsync(Kinds.Allocation, id, new Allocation
        {
            Id = id, Workload = "shop.web", Version = 1, Node = "n", Index = 0, CreatedUnixMs = 1, Desired = desired,
            StopDeadlineUnixMs = deadline,
        });

    public Task StatusAsync(
        string id, AllocationPhase phase, HealthState health = HealthState.Passing, int port = 9000,
        params string[] ports) =>
        PutAsync(Kinds.AllocationStatus, id, new AllocationStatus
        {
            Allocation = id, Workload = "shop.web", Node = "n", Phase = phase, Health = health, ObservedUnixMs = 1,
            Ports = [.. (ports.Length == 0 ? ["http"] : ports)
                .Select((name, i) => new BoundPort(name, "127.0.0.1", port + i))],
        });

    public Task VersionAsync(HealthCheckSpec? check) =>
        PutAsync(Kinds.Version, "shop.web@1", new WorkloadVersion
        {
            Workload = "shop.web", Number = 1, SpecHash = "h", CreatedUnixMs = 1,
            Task = new TaskSpec { Driver = "process", HealthCheck = check },
        });

    public Task GatewayAsync(string id, long applied, bool live = true, params string[] busy) =>
        PutAsync(Kinds.GatewayStatus, id, new GatewayStatus
        {
            Gateway = id, Live = live, AppliedRevision = applied, BusyEndpoints = busy, ChangedUnixMs = 1,
        });

    public async Task PutAsync<T>(ResourceKind<T> kind, string name, T value) where T : class =>
        Assert.True((await Store.CommitAsync(new StoreTransaction().Put(kind, name, value))).IsCommitted);

    public async Task DeleteAsync<T>(ResourceKind<T> kind, string name) where T : class =>
        Assert.True((await Store.CommitAsync(new StoreTransaction().Delete(kind.Key(name)))).IsCommitted);

    public Resource<Endpoint>? Endpoint(string name) => Store.Current.Get(Kinds.Endpoint, name);

    /// <summary>Plans and commits until nothing is left to do.</summary>
    public async Task<TimeSpan?> SettleAsync()
    {
        LeaseEpoch? lease = await Store.AcquireAsync(CatalogueLoop.LeaseName, "a", TimeSpan.FromMinutes(1));
        Assert.NotNull(lease);
        return await Loop().ReconcileOnceAsync(lease.Value, TestContext.Current.CancellationToken);
    }

    public void Dispose()
    {
        Store.Dispose();
        Metrics.Dispose();
    }
}
