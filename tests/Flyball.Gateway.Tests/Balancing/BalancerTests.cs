using System.IO.Hashing;
using System.Net;
using System.Text;
using Flyball.Contracts.Gateway;
using Flyball.Gateway.Balancing;
using Flyball.Gateway.Routing;
using Microsoft.Extensions.Time.Testing;

namespace Flyball.Gateway.Tests.Balancing;

public sealed class BalancerTests
{
    private static EndpointPicker Picker(IBalancer balancer, int inFlightMax = int.MaxValue) =>
        new(new RandomSequence(5), balancer, inFlightMax: inFlightMax);

    private static string[] Draw(EndpointPicker picker, EndpointSet set, int count, bool stays = false)
    {
        string[] names = new string[count];
        for (int i = 0; i < count; i++)
        {
            UpstreamEndpoint one = picker.Pick(set, [])!;
            names[i] = one.Name;
            if (!stays) one.Leave();
        }

        return names;
    }

    private static EndpointSet Ring(EndpointSet set, HashRing? from = null) =>
        set.WithRing(HashRing.Update(from ?? HashRing.Empty, set.Ready));

    private static string At(EndpointSet set, ulong hash)
    {
        UpstreamEndpoint one = Picker(new ConsistentHash()).Pick(set, new Pick([], new PickKey(hash, null)))!;
        one.Leave();
        return one.Name;
    }

    [Fact]
    public void RoundRobin_EqualWeights_EachOnceATurn()
    {
        EndpointPicker picker = Picker(new RoundRobin());
        EndpointSet set = TestParts.Set(3);
        Assert.Equal(["e0", "e1", "e2", "e0", "e1", "e2"], Draw(picker, set, 6));
    }

    [Fact]
    public void RoundRobin_OneIsEjected_TheNextTakesItsTurn()
    {
        EndpointSet set = TestParts.Set(3);
        set.Ready[1].Health.Eject(0, 100, unreachable: true);
        Assert.DoesNotContain("e1", Draw(Picker(new RoundRobin()), set, 30));
    }

    [Fact]
    public void RoundRobin_Weights_AreSharesAndInterleaved()
    {
        var set = new EndpointSet([TestParts.Live("heavy", 3), TestParts.Live("light", 1)]);
        string[] drawn = Draw(Picker(new RoundRobin()), set, 400);

        Assert.InRange(drawn.Count(name => name == "light"), 98, 102);
        for (int i = 0; i + 8 <= drawn.Length; i++) Assert.Contains("light", drawn[i..(i + 8)]);
    }

    [Fact]
    public void LeastRequest_RequestsThatStay_FillEvenly()
    {
        EndpointSet set = TestParts.Set(7);
        Draw(Picker(new LeastRequest()), set, 70, stays: true);
        Assert.All(set.Ready, endpoint => Assert.Equal(10, endpoint.InFlight));
    }

    [Fact]
    public void LeastRequest_Idle_IsSpread()
    {
        string[] drawn = Draw(Picker(new LeastRequest()), TestParts.Set(4), 400);
        Assert.All(drawn.GroupBy(name => name), group => Assert.InRange(group.Count(), 60, 140));
    }

    [Fact]
    public void Hash_OneAddedOrGone_MovesOnlyItsShare()
    {
        EndpointSet ten = Ring(TestParts.Set(10));
        var eleven = new EndpointSet([.. ten.All, TestParts.Live("new")]);
        EndpointSet grown = Ring(eleven, ten.Ring);
        const int Keys = 10_000;
        int moved = 0;
        for (int i = 0; i < Keys; i++)
        {
            ulong hash = XxHash3.HashToUInt64(BitConverter.GetBytes(i));
            if (At(ten, hash) == At(grown, hash)) continue;
            moved++;
            Assert.Equal("new", At(grown, hash));
        }

        // An eleventh would be 909.
        Assert.InRange(moved, 600, 1_250);
        EndpointSet shrunk = Ring(ten, grown.Ring);
        for (int i = 0; i < Keys; i++)
        {
            ulong hash = XxHash3.HashToUInt64(BitConverter.GetBytes(i));
            Assert.Equal(At(ten, hash), At(shrunk, hash));
        }
    }

    [Fact]
    public void Hash_Weights_AreSharesOfTheKeys()
    {
        UpstreamEndpoint changing = TestParts.Live("changing");
        EndpointSet before = Ring(new EndpointSet([TestParts.Live("other"), changing]));
        changing.Update(TestParts.Endpoint("changing", weight: 4));
        EndpointSet after = Ring(new EndpointSet(before.All), before.Ring);
        int Share(EndpointSet set) => Enumerable.Range(0, 5_000)
            .Count(i => At(set, XxHash3.HashToUInt64(BitConverter.GetBytes(i))) == "changing");

        Assert.InRange(Share(before), 2_000, 3_000);
        Assert.InRange(Share(after), 3_600, 4_400);
    }

    [Fact]
    public void Hash_OwnerEjectedOrTried_TheNextOnTheRing()
    {
        EndpointSet set = Ring(TestParts.Set(5));
        const ulong Key = 12345;
        UpstreamEndpoint owner = set.All.Single(one => one.Name == At(set, Key));
        owner.Health.Eject(0, 100, unreachable: false);
        string second = At(set, Key);
        Assert.NotEqual(owner.Name, second);
        Assert.Equal(second, At(set, Key));
        owner.Health.Reset();
        Assert.Equal(owner.Name, At(set, Key));
    }

    [Fact]
    public void Hash_RequestWithoutOne_IsSpread() =>
        Assert.Equal(4, Draw(Picker(new ConsistentHash()), Ring(TestParts.Set(4)), 100).Distinct().Count());

    [Fact]
    public void Seat_OfAnEndpointThatServes_IsKeptAndOthersAreNot()
    {
        EndpointSet set = TestParts.Set(6);
        EndpointPicker picker = Picker(new TwoChoices());
        UpstreamEndpoint seat = set.Ready[3];
        for (int i = 0; i < 50; i++)
            Assert.Same(seat, picker.Pick(set, new Pick([], new PickKey(null, Seats.Of("e3")))));
        seat.Health.Eject(0, 100, unreachable: true);
        for (int i = 0; i < 50; i++)
            Assert.NotSame(seat, picker.Pick(set, new Pick([], new PickKey(null, Seats.Of("e3")))));
        Assert.NotNull(picker.Pick(set, new Pick([], new PickKey(null, Seats.Of("gone")))));
    }

    [Fact]
    public void SlowStart_NewEndpoint_GetsATenthAndThenMore()
    {
        var time = new FakeTimeProvider();
        var old = new UpstreamEndpoint("old", TestParts.Endpoint("old"), () => { }, time);
        time.Advance(TimeSpan.FromSeconds(100));
        var set = new EndpointSet([old, new UpstreamEndpoint("new", TestParts.Endpoint("new"), () => { }, time)]);
        var picker = new EndpointPicker(
            new RandomSequence(5), new TwoChoices(), new SlowStart(TimeSpan.FromSeconds(10), time), time);
        int Share() => Draw(picker, set, 2_000).Count(name => name == "new");

        Assert.InRange(Share(), 60, 140);
        time.Advance(TimeSpan.FromSeconds(5));
        Assert.InRange(Share(), 420, 580);
        time.Advance(TimeSpan.FromSeconds(5));
        Assert.InRange(Share(), 900, 1_100);
    }

    [Fact]
    public void SlowStart_EveryEndpointIsNew_NoneIsRefused()
    {
        var time = new FakeTimeProvider();
        var set = new EndpointSet([new UpstreamEndpoint("a", TestParts.Endpoint(), () => { }, time)]);
        var picker = new EndpointPicker(
            new RandomSequence(5), new TwoChoices(), new SlowStart(TimeSpan.FromSeconds(10), time), time);
        Assert.Equal(100, Draw(picker, set, 100).Length);
    }

    [Fact]
    public void SlowStart_BeginsWhenAnEndpointBecomesReadyAgain()
    {
        var time = new FakeTimeProvider();
        long begin = time.GetTimestamp();
        var endpoint = new UpstreamEndpoint("a", TestParts.Endpoint(), () => { }, time);
        time.Advance(TimeSpan.FromSeconds(9));
        endpoint.Update(TestParts.Endpoint(weight: 2));
        Assert.Equal(begin, endpoint.ReadySince);
        endpoint.Update(TestParts.Endpoint(health: Flyball.Contracts.Agent.HealthState.Critical));
        endpoint.Update(TestParts.Endpoint());
        Assert.Equal(TimeSpan.FromSeconds(9), time.GetElapsedTime(begin, endpoint.ReadySince));
    }

    [Fact]
    public void Latency_RisesAtOnceFallsSlowlyAndFades()
    {
        var time = new FakeTimeProvider();
        var average = new LatencyAverage(time);
        average.Observe(TimeSpan.FromMilliseconds(10), time.GetTimestamp());
        average.Observe(TimeSpan.FromMilliseconds(100), time.GetTimestamp());
        Assert.Equal(100, average.At(time.GetTimestamp()));
        time.Advance(TimeSpan.FromSeconds(1));
        average.Observe(TimeSpan.FromMilliseconds(10), time.GetTimestamp());
        Assert.InRange(average.At(time.GetTimestamp()), 85, 95);
        time.Advance(TimeSpan.FromSeconds(60));
        Assert.InRange(average.At(time.GetTimestamp()), 0, 1);
    }

    [Fact]
    public void InFlightMax_EveryEndpointFull_PicksNone()
    {
        EndpointSet set = TestParts.Set(3);
        EndpointPicker picker = Picker(new TwoChoices(), inFlightMax: 2);
        Draw(picker, set, 6, stays: true);
        Assert.Null(picker.Pick(set, []));
        Assert.All(set.Ready, endpoint => Assert.Equal(2, endpoint.InFlight));
        set.Ready[1].Leave();
        Assert.Equal("e1", picker.Pick(set, [])!.Name);
    }

    [Theory]
    [InlineData("address")]
    [InlineData("header:x-user")]
    [InlineData("cookie:user")]
    public void HashSource_SameRequest_SameHashOnBothPaths(string source)
    {
        var hash = new HashSource(source);
        byte[] bytes = Encoding.ASCII.GetBytes(
            "GET / HTTP/1.1\r\nHost: h\r\nX-User: nah\r\nCookie: a=1; user=\"x y\"; b=2\r\n\r\n");
        var head = new Flyball.Gateway.FastPath.Heads.RequestHead(10, 1000);
        head.Parse(bytes);
        var context = new Microsoft.AspNetCore.Http.DefaultHttpContext();
        context.Request.Headers["X-USER"] = "nah";
        context.Request.Headers.Cookie = "a=1; user=\"x y\"; b=2";
        context.Connection.RemoteIpAddress = IPAddress.Loopback;

        ulong? onLoops = source == "address"
            ? HashSource.Of(IPAddress.Loopback)
            : hash.Of(new Flyball.Gateway.FastPath.Heads.HeadFacts(bytes, head, null));

        Assert.NotNull(onLoops);
        Assert.Equal(onLoops, hash.Of(new Flyball.Gateway.Serving.ContextFacts(context)));
    }

    [Fact]
    public void Settings_OfRoutesThatWantTheSame_ShareAnUpstream()
    {
        static string Key(RouteBalance? balance, RouteLimits? limits = null) =>
            UpstreamSettings.Of(new Route { Service = "s", Balance = balance, Limits = limits }).Key;
        Assert.Equal("", Key(null));
        Assert.Equal(
            Key(new RouteBalance { Kind = RouteBalanceKind.RoundRobin }),
            Key(new RouteBalance { Kind = RouteBalanceKind.RoundRobin, StickyCookie = "seat" }));
        Assert.NotEqual(Key(new RouteBalance()), Key(new RouteBalance { SlowStart = TimeSpan.FromSeconds(1) }));
        Assert.NotEqual(Key(null), Key(null, new RouteLimits { Requests = 1 }));
    }
}
