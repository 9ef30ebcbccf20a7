using Flyball.Contracts.Agent;
using Flyball.Gateway.Balancing;
using Flyball.Gateway.Routing;
using Microsoft.Extensions.Time.Testing;

namespace Flyball.Gateway.Tests.Balancing;

public sealed class EndpointPickerTests
{
    private static EndpointPicker Picker(bool useLatency = false) =>
        new(new RandomSequence(5), new TwoChoices(useLatency ? new FakeTimeProvider() : null));

    [Fact]
    public void Pick_RequestsThatStay_AreSpreadWithinOne()
    {
        EndpointSet set = TestParts.Set(10);
        EndpointPicker picker = Picker();
        for (int i = 0; i < 1000; i++) Assert.NotNull(picker.Pick(set, []));

        // Two choices keep the fullest within a few of the average; a single random choice would be off by about 30.
        Assert.All(set.Ready, endpoint => Assert.InRange(endpoint.InFlight, 95, 105));
    }

    [Fact]
    public void Pick_IdleEndpoints_AreDrawnEvenly()
    {
        EndpointSet set = TestParts.Set(5);
        EndpointPicker picker = Picker();
        var counts = new Dictionary<string, int>();
        for (int i = 0; i < 10_000; i++)
        {
            UpstreamEndpoint chosen = picker.Pick(set, [])!;
            counts[chosen.Name] = counts.GetValueOrDefault(chosen.Name) + 1;
            chosen.Leave();
        }

        Assert.Equal(5, counts.Count);
        Assert.All(counts.Values, count => Assert.InRange(count, 1_800, 2_200));
    }

    [Fact]
    public void Pick_Weights_ShareTheLoadInProportion()
    {
        var set = new EndpointSet([TestParts.Live("heavy", 3), TestParts.Live("light", 1)]);
        EndpointPicker picker = Picker();
        for (int i = 0; i < 400; i++) picker.Pick(set, []);

        Assert.InRange(set.Ready[0].InFlight, 295, 305);
    }

    [Fact]
    public void Pick_ByLatency_PrefersTheFasterOne()
    {
        var set = new EndpointSet([TestParts.Live("fast"), TestParts.Live("slow")]);
        set.Ready[0].Latency.Observe(TimeSpan.FromMilliseconds(1), new FakeTimeProvider().GetTimestamp());
        set.Ready[1].Latency.Observe(TimeSpan.FromMilliseconds(9), new FakeTimeProvider().GetTimestamp());
        EndpointPicker picker = Picker(useLatency: true);
        for (int i = 0; i < 100; i++) picker.Pick(set, []);

        Assert.InRange(set.Ready[0].InFlight, 85, 95);
    }

    [Fact]
    public void Pick_EjectedAndTried_ArePassedOverWhileThereAreOthers()
    {
        EndpointSet set = TestParts.Set(4);
        set.Ready[0].Health.Eject(0, 100, unreachable: true);
        UpstreamEndpoint[] tried = [set.Ready[1], set.Ready[2]];
        EndpointPicker picker = Picker();
        for (int i = 0; i < 200; i++) Assert.Equal("e3", picker.Pick(set, tried)!.Name);

        // With the last good one tried as well an ejected one beats a second try at the same.
        UpstreamEndpoint[] all = [.. tried, set.Ready[3]];
        for (int i = 0; i < 200; i++) Assert.Equal("e0", picker.Pick(set, all)!.Name);
    }

    [Fact]
    public void Pick_OnlyOneAndTried_IsTriedAgain()
    {
        EndpointSet set = TestParts.Set(1);
        Assert.Equal("e0", Picker().Pick(set, [set.Ready[0]])!.Name);
    }

    [Fact]
    public void Pick_EveryReadyOneTried_AsksOneThatFailsItsCheck()
    {
        var set = new EndpointSet(
            [TestParts.Live("ready"), Unwell("failing", HealthState.Critical), Unwell("unknown", HealthState.Unknown)]);
        UpstreamEndpoint ready = set.Ready[0];
        UpstreamEndpoint failing = set.Failing[0];
        EndpointPicker picker = Picker();
        for (int i = 0; i < 100; i++)
        {
            Assert.Equal("ready", picker.Pick(set, [])!.Name);
            Assert.Equal("failing", picker.Pick(set, [ready])!.Name);
            Assert.Equal("ready", picker.Pick(set, [ready, failing])!.Name);
        }

        Assert.Null(picker.Pick(new EndpointSet([failing]), []));
    }

    private static UpstreamEndpoint Unwell(string name, HealthState health) =>
        new(name, TestParts.Endpoint(name, health: health), () => { }, new FakeTimeProvider());

    [Fact]
    public void Pick_EndpointClosedSinceTheSetWasMade_IsNotChosen()
    {
        EndpointSet set = TestParts.Set(3);
        set.Ready[0].Close();
        set.Ready[2].Close();
        EndpointPicker picker = Picker();
        for (int i = 0; i < 100; i++) Assert.Equal("e1", picker.Pick(set, [])!.Name);
        set.Ready[1].Close();
        Assert.Null(picker.Pick(set, []));
        Assert.Equal(0, set.Ready[0].InFlight);
    }
}
