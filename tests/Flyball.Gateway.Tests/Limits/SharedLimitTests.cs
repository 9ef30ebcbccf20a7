using Flyball.Base.Disk;
using Flyball.Base.Ids;
using Flyball.Base.Transport;
using Flyball.Contracts;
using Flyball.Gateway.Balancing;
using Flyball.Gateway.Limits;
using Flyball.Gateway.Sessions;
using Flyball.Store.Memory;
using Microsoft.Extensions.Logging.Abstractions;

namespace Flyball.Gateway.Tests.Limits;

/// <summary>Two gateways with real sessions at one server.</summary>
public sealed class SharedLimitTests : IDisposable
{
    private static readonly LimitRate Slow = new(3_600_000_000_000, 10);

    private readonly MemoryStore store = new(TimeProvider.System);
    private readonly InProcessTransport transport = new();
    private readonly CancellationTokenSource ended = new();
    private readonly string directory = Directory.CreateTempSubdirectory("flyball-limits-").FullName;

    private (LimitTable Table, Task Running) Gateway(string name)
    {
        var options = new LimitOptions { ShareInterval = TimeSpan.FromMilliseconds(5) };
        var table = new LimitTable(options, TimeProvider.System, seed: name.GetHashCode(StringComparison.Ordinal));
        var ids = new IdSource(TimeProvider.System, new Random(name[0]));
        var session = new GatewaySession(
            transport, TestParts.Table(),
            GatewayIdentity.Load(PhysicalDisk.Instance, Path.Combine(directory, name), ids), ids, new RandomSequence(1),
            TimeProvider.System, NullLogger<GatewaySession>.Instance,
            new LimitShares(table, options, TimeProvider.System));
        return (table, session.RunAsync(ended.Token));
    }

    private static bool Take(LimitTable table) => table.Take("limit"u8, "key"u8, Slow).Passes;

    [Fact]
    public async Task Requests_AtOneGateway_CountAtTheOther()
    {
        var sessions = new GatewaySessions(
            store, new GatewaySessionOptions(), TimeProvider.System, NullLogger<GatewaySessions>.Instance,
            new UseExchange(seed: 99));
        transport.Handle(StreamMethods.GatewayControl, sessions);
        (LimitTable one, Task first) = Gateway("one");
        (LimitTable two, Task second) = Gateway("two");
        await Until.HoldsAsync(() => one.IsShared && two.IsShared);
        int passed = 0;
        while (Take(one)) passed++;
        // What was heard makes a count here, before anything was asked here.
        await Until.HoldsAsync(() => two.Count == 1);
        int also = 0;
        while (Take(two)) also++;

        Assert.Equal(10, passed);
        Assert.InRange(also, 0, 9);
        await ended.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Task.WhenAll(first, second));
        Assert.False(one.IsShared);
    }

    public void Dispose()
    {
        ended.Dispose();
        store.Dispose();
        Directory.Delete(directory, recursive: true);
    }
}
