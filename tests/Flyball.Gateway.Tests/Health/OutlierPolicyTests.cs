using CsCheck;
using Flyball.Gateway.Health;
using Flyball.Gateway.Routing;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Flyball.Gateway.Tests.Health;

public sealed class OutlierPolicyTests
{
    private readonly FakeTimeProvider time = new();
    private readonly OutlierOptions options = new();

    private OutlierPolicy Policy() => new(options, time);

    private static void Fail(
        OutlierPolicy policy, EndpointSet set, int index, int times, AttemptOutcome outcome = AttemptOutcome.NoAnswer)
    {
        for (int i = 0; i < times; i++) policy.Record(set.All[index], set, outcome);
    }

    [Fact]
    public void Record_FailuresInARow_Eject()
    {
        OutlierPolicy policy = Policy();
        EndpointSet set = TestParts.Set(4);
        Fail(policy, set, 0, options.FailuresMax - 1);
        policy.Record(set.All[0], set, AttemptOutcome.Answered);
        Fail(policy, set, 0, options.FailuresMax - 1);
        Assert.False(set.All[0].Health.IsEjected);
        Fail(policy, set, 0, 1);
        Assert.True(set.All[0].Health.IsEjected);
    }

    [Fact]
    public void Record_ServerErrors_HaveABoundOfTheirOwn()
    {
        OutlierPolicy policy = Policy();
        EndpointSet set = TestParts.Set(4);
        Fail(policy, set, 0, options.ServerErrorsMax - 1, AttemptOutcome.ServerError);
        Assert.False(set.All[0].Health.IsEjected);
        Fail(policy, set, 0, 1, AttemptOutcome.ServerError);
        Assert.True(set.All[0].Health.IsEjected);
        Assert.False(set.All[0].Health.WasUnreachable);
    }

    [Theory]
    [InlineData(nameof(AttemptOutcome.ClientGone))]
    [InlineData(nameof(AttemptOutcome.ClientFault))]
    [InlineData(nameof(AttemptOutcome.Stopping))]
    [InlineData(nameof(AttemptOutcome.Exhausted))]
    public void Record_WhatTheClientOrTheGatewayDid_SaysNothing(string outcome)
    {
        OutlierPolicy policy = Policy();
        EndpointSet set = TestParts.Set(4);
        Fail(policy, set, 0, 100, Enum.Parse<AttemptOutcome>(outcome));
        Assert.False(set.All[0].Health.IsEjected);
    }

    [Fact]
    public void Record_AnyFailures_NeverEjectMoreThanTheShare() =>
        Gen.Select(Gen.Int[1, 12], Gen.Int[0, 11].Array[0, 200]).Sample((count, failing) =>
        {
            var policy = new OutlierPolicy(options, new FakeTimeProvider());
            EndpointSet set = TestParts.Set(count);
            foreach (int index in failing) Fail(policy, set, index % count, 1);
            Assert.True(set.All.Count(endpoint => endpoint.Health.IsEjected) <= count / 2);
        });

    [Fact]
    public void Ejection_EachTime_LastsTwiceAsLongUpToTheLongest()
    {
        OutlierPolicy policy = Policy();
        EndpointSet set = TestParts.Set(2);
        foreach (int seconds in new[] { 5, 10, 20, 40, 80, 120, 120 })
        {
            Fail(policy, set, 0, options.FailuresMax);
            Assert.True(set.All[0].Health.IsEjected);
            time.Advance(TimeSpan.FromSeconds(seconds) - TimeSpan.FromMilliseconds(1));
            policy.Refresh();
            Assert.True(set.All[0].Health.IsEjected, $"came back before {seconds} s");
            time.Advance(TimeSpan.FromMilliseconds(1));
            policy.Refresh();
            Assert.False(set.All[0].Health.IsEjected, $"still out after {seconds} s");
        }
    }

    [Fact]
    public void Ejection_AfterLongGoodHealth_BeginsShortAgain()
    {
        OutlierPolicy policy = Policy();
        EndpointSet set = TestParts.Set(2);
        Fail(policy, set, 0, options.FailuresMax);
        time.Advance(TimeSpan.FromSeconds(5));
        policy.Refresh();
        policy.Record(set.All[0], set, AttemptOutcome.Answered);
        time.Advance(TimeSpan.FromSeconds(51));
        Fail(policy, set, 0, options.FailuresMax);
        time.Advance(TimeSpan.FromSeconds(5));
        policy.Refresh();
        Assert.False(set.All[0].Health.IsEjected);
    }

    [Fact]
    public void Return_OneMoreFailure_EjectsAgain()
    {
        OutlierPolicy policy = Policy();
        EndpointSet set = TestParts.Set(2);
        Fail(policy, set, 0, options.FailuresMax);
        time.Advance(options.EjectionTime);
        policy.Refresh();
        Fail(policy, set, 0, 1);
        Assert.True(set.All[0].Health.IsEjected);
    }

    [Theory]
    [InlineData(nameof(AttemptOutcome.Refused), false, true)]
    [InlineData(nameof(AttemptOutcome.NoAnswer), false, false)]
    [InlineData(nameof(AttemptOutcome.NoAnswer), true, true)]
    public async Task Probe_ThatSucceeds_ReinstatesWhatItProves(string outcome, bool provesAnswers, bool returns)
    {
        OutlierPolicy policy = Policy();
        EndpointSet set = TestParts.Set(2);
        Fail(policy, set, 0, options.FailuresMax, Enum.Parse<AttemptOutcome>(outcome));
        var prober = new EndpointProber(
            policy, new FixedProbe(true, provesAnswers), options, time, NullLogger<EndpointProber>.Instance);
        await prober.ProbeOnceAsync(TestContext.Current.CancellationToken);

        Assert.Equal(returns, !set.All[0].Health.IsEjected);
        Assert.Equal(returns ? 0 : 1, policy.Ejected.Count);
    }

    [Fact]
    public async Task Probe_ThatFails_LeavesItOut()
    {
        OutlierPolicy policy = Policy();
        EndpointSet set = TestParts.Set(2);
        Fail(policy, set, 0, options.FailuresMax, AttemptOutcome.Refused);
        var prober = new EndpointProber(
            policy, new FixedProbe(false, true), options, time, NullLogger<EndpointProber>.Instance);
        await prober.ProbeOnceAsync(TestContext.Current.CancellationToken);

        Assert.True(set.All[0].Health.IsEjected);
    }

    private sealed class FixedProbe(bool serves, bool provesAnswers) : IEndpointProbe
    {
        public bool ProvesAnswers => provesAnswers;

        public Task<bool> IsServingAsync(UpstreamEndpoint endpoint, CancellationToken cancellation) =>
            Task.FromResult(serves);
    }
}
