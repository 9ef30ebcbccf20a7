using Flyball.Contracts.Autoscaling;
using Flyball.Contracts.Journal;

namespace Flyball.Autoscaling.Tests.Leading;

/// <summary>Policies' PromQL that takes long, or is wrong: it is the trouble of its own workload only.</summary>
public sealed class SlowMetricsTests
{
    private const string Web = ScalingWorld.Web;
    private const string Api = "shop.api";

    private static readonly ScalePolicy Requests = new()
    {
        Workload = Web, Min = 2, Max = 20,
        Targets = [new ScaleTarget { Signal = ScaleSignal.RequestsPerSecond, Value = 50, PerReplica = true }],
    };

    [Fact]
    public async Task SlowExpressionsOfOne_TheOthersAreDecidedAndKnowTheirs()
    {
        using ScalingWorld world = await ScalingWorld.CreateAsync(OfQueries("fast"));
        await world.AddAsync("api", OfQueries([.. Enumerable.Range(0, 20).Select(i => $"slow{i}")]));
        await world.AddAsync("cart", Requests);
        world.Metrics.Slow.Add("slow");
        world.Metrics.Others["fast"] = [200];
        world.Metrics.Requests["shop.cart"] = _ => 400;
        long before = world.Now;
        await world.TickAsync();
        Assert.Equal(7, world.Replicas);
        Assert.Equal(8, world.Board.Find("shop.cart")!.Verdict.Wanted);
        Assert.Equal(20, world.Board.Find(Api)!.Verdict.Missing.Count);
        // One expression's patience, although the store took longer for it; the other 19 were not asked.
        Assert.Single(world.Metrics.Asked, query => query.StartsWith("slow", StringComparison.Ordinal));
        Assert.Equal(ScalingWorld.Interval + FakeMetrics.SlowFor, TimeSpan.FromMilliseconds(world.Now - before));
    }

    [Fact]
    public async Task SlowExpression_IsAskedLessAndLessOften()
    {
        using ScalingWorld world = await ScalingWorld.CreateAsync(OfQueries("slow"));
        world.Metrics.Slow.Add("slow");
        await world.TicksAsync(15);
        Assert.Equal(4, world.Metrics.Asked.Count(query => query == "slow"));
        world.Metrics.Slow.Clear();
        world.Metrics.Others["slow"] = [200];
        await world.TicksAsync(16);
        Assert.Equal(7, world.Replicas);
    }

    [Fact]
    public async Task SignalsTooSlow_NothingScalesDownAndThePassEnds()
    {
        using ScalingWorld world = await ScalingWorld.CreateAsync(Requests, replicas: 8);
        world.Metrics.Slow.Add("flyball_");
        await world.TicksAsync(10);
        Assert.Equal(8, world.Replicas);
        Assert.Contains(
            "requests_per_second: the metrics did not answer in time", world.Board.Explain(Web));
    }

    /// <summary>Whose policy it is may be nobody else's business.</summary>
    [Fact]
    public async Task FailuresOfOthers_AreNotTold()
    {
        using ScalingWorld world = await ScalingWorld.CreateAsync(Requests);
        await world.AddAsync("api", OfQueries("secret_of_another"));
        world.Metrics.Bad.Add("secret_of_another");
        await world.TicksAsync(10);
        Event said = Assert.Single(await world.EventsAsync());
        Assert.DoesNotContain("secret", said.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(
            world.Board.Explain(Web), line => line.Contains("secret", StringComparison.Ordinal));
        Assert.Contains("secret_of_another: parse error", world.Board.Explain(Api));
    }

    [Fact]
    public async Task Explain_NamesTheAgeOfWhatItShows()
    {
        using ScalingWorld world = await ScalingWorld.CreateAsync(Requests);
        world.Metrics.Requests[Web] = _ => 200;
        await world.TickAsync();
        world.Time.Advance(TimeSpan.FromSeconds(42));
        Assert.Contains(
            world.Board.Explain(Web), line => line.StartsWith("decided 42 s ago, at ", StringComparison.Ordinal));
    }

    private static ScalePolicy OfQueries(params string[] queries) => Requests with
    {
        Targets =
        [
            .. queries.Select(query => new ScaleTarget
            {
                Signal = ScaleSignal.Query, Query = query, Value = 30, PerReplica = true,
            }),
        ],
    };
}
