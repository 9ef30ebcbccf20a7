using Flyball.Autoscaling.Explaining;
using Flyball.Base.Resources;
using Flyball.Contracts;
using Flyball.Contracts.Autoscaling;
using Flyball.Contracts.Metrics;
using Flyball.Contracts.Scheduling;

namespace Flyball.Autoscaling.Tests.Leading;

/// <summary>Vertical advice from what the metrics remember.</summary>
public sealed class AdviceTests
{
    private const double MebiByte = 1 << 20;

    private static readonly ScalePolicy Off = new()
    {
        Workload = ScalingWorld.Web, Min = 1, Max = 9, Mode = ScaleMode.Off,
    };

    [Fact]
    public async Task Advise_UsesLittle_SaysWhatToAskForAndWhatIsWasted()
    {
        using ScalingWorld world = await CreateAsync();
        AdviceRow row = await AdviseAsync(world);
        // Half a core and 64 MiB in use, each with its margin and within a bucket of five per cent.
        Assert.InRange(row.RequestCores!.Value, 0.5 * 1.15, 0.5 * 1.15 * 1.05);
        Assert.InRange(row.RequestMebiBytes!.Value, 64 * 1.15, 64 * 1.15 * 1.05);
        Assert.True(row.LimitMebiBytes > row.RequestMebiBytes);
        Assert.Equal((2, 512), (row.RequestedCores, row.RequestedMebiBytes));
        Assert.Equal(4 * (2 - row.RequestCores.Value), row.WastedCores!.Value, 1e-9);
        Assert.Equal(4 * (512 - row.RequestMebiBytes.Value) / 1024, row.WastedGibiBytes!.Value, 1e-9);
    }

    [Fact]
    public async Task Advise_OnlyTheLastMinutesAreKnown_AreSeen()
    {
        using ScalingWorld world = await CreateAsync();
        world.Metrics.RememberedFromUnixMs = world.Now - 60_000;
        Assert.NotNull((await AdviseAsync(world)).RequestCores);
        world.Metrics.RememberedFromUnixMs = world.Now + 1;
        Assert.Null((await AdviseAsync(world)).RequestCores);
    }

    [Fact]
    public async Task Advise_NothingSetAside_WastesNothing()
    {
        using ScalingWorld world = await CreateAsync();
        Workload workload = world.Store.Current.Get(Kinds.Workload, ScalingWorld.Web)!.Value.Value;
        await world.PutAsync(
            Kinds.Workload, ScalingWorld.Web,
            workload with { Task = workload.Task with { Resources = new ResourceLimits() } });
        AdviceRow row = await AdviseAsync(world);
        Assert.NotNull(row.RequestCores);
        Assert.Equal((null, null), (row.WastedCores, row.WastedGibiBytes));
    }

    [Fact]
    public async Task Advise_DeadMetrics_SaysWhatTheySay()
    {
        using ScalingWorld world = await CreateAsync();
        world.Metrics.Fault = () => new MetricAnswer
        {
            Failure = MetricQueryFailure.Unavailable, Error = "the store is starting",
        };
        (AdviceAnswer? answer, string error) = await Reader(world).ReadAsync(
            [ScalingWorld.Web], TimeSpan.FromDays(7), CancellationToken.None);
        Assert.Equal((null, "the store is starting"), (answer, error));
    }

    private static async Task<ScalingWorld> CreateAsync()
    {
        ScalingWorld world = await ScalingWorld.CreateAsync(Off);
        Workload workload = world.Store.Current.Get(Kinds.Workload, ScalingWorld.Web)!.Value.Value;
        await world.PutAsync(
            Kinds.Workload, ScalingWorld.Web,
            workload with
            {
                Task = workload.Task with
                {
                    Resources = new ResourceLimits { CpuLimit = 2, MemoryLimitBytes = (long)(512 * MebiByte) },
                },
            });
        world.UseCpu(0.25);
        foreach (Resource<Allocation> replica in world.Store.Current.List(Kinds.Allocation))
            world.Metrics.Memory[replica.Key.Name] = 64 * MebiByte;
        return world;
    }

    private static AdviceReader Reader(ScalingWorld world) => new(world.Metrics, world.Store, world.Time);

    private static async Task<AdviceRow> AdviseAsync(ScalingWorld world)
    {
        (AdviceAnswer? answer, string error) = await Reader(world).ReadAsync(
            [ScalingWorld.Web], TimeSpan.FromDays(7), CancellationToken.None);
        Assert.Equal("", error);
        return Assert.Single(answer!.Workloads);
    }
}
