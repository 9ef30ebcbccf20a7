using Flyball.Base.Resources;

namespace Flyball.Store.Tests.Conformance;

public abstract class LeaseSuite<T> : ConformanceSuite<T>
    where T : IStoreUnderTest, new()
{
    private static readonly TimeSpan TenSeconds = TimeSpan.FromSeconds(10);

    protected override StoreLimits Limits { get; } = new() { LeasesMax = 3 };

    [Fact]
    public async Task Acquire_Held_IsGivenToNobodyElse()
    {
        Assert.NotNull(await Store.AcquireAsync("scheduler", "a", TenSeconds, Cancellation));
        Assert.Null(await Store.AcquireAsync("scheduler", "b", TenSeconds, Cancellation));
    }

    [Fact]
    public async Task Acquire_ManyAtOnce_OneGetsIt()
    {
        LeaseEpoch?[] turns = await Task.WhenAll(Enumerable.Range(0, 30)
            .Select(i => Store.AcquireAsync("scheduler", $"holder-{i}", TenSeconds, Cancellation).AsTask()));

        Assert.Single(turns, turn => turn is not null);
    }

    [Fact]
    public async Task Acquire_Renewed_KeepsItsEpochAndLastsLonger()
    {
        LeaseEpoch? first = await Store.AcquireAsync("scheduler", "a", TenSeconds, Cancellation);
        Time.Advance(TimeSpan.FromSeconds(9));
        LeaseEpoch? second = await Store.AcquireAsync("scheduler", "a", TenSeconds, Cancellation);
        Time.Advance(TimeSpan.FromSeconds(9));

        Assert.Equal(first, second);
        Assert.Null(await Store.AcquireAsync("scheduler", "b", TenSeconds, Cancellation));
    }

    [Fact]
    public async Task Acquire_JustBeforeTheEnd_IsStillHeld()
    {
        await Store.AcquireAsync("scheduler", "a", TenSeconds, Cancellation);
        Time.Advance(TenSeconds - TimeSpan.FromMilliseconds(1));
        Assert.Null(await Store.AcquireAsync("scheduler", "b", TenSeconds, Cancellation));
        Time.Advance(TimeSpan.FromMilliseconds(1));
        Assert.NotNull(await Store.AcquireAsync("scheduler", "b", TenSeconds, Cancellation));
    }

    [Fact]
    public async Task Acquire_ByANewHolder_HasAHigherEpoch()
    {
        LeaseEpoch first = (await Store.AcquireAsync("scheduler", "a", TenSeconds, Cancellation))!.Value;
        Time.Advance(TenSeconds);
        LeaseEpoch second = (await Store.AcquireAsync("scheduler", "b", TenSeconds, Cancellation))!.Value;
        await Store.ReleaseAsync(second, Cancellation);
        LeaseEpoch third = (await Store.AcquireAsync("scheduler", "a", TenSeconds, Cancellation))!.Value;

        Assert.True(first.Epoch < second.Epoch && second.Epoch < third.Epoch);
    }

    [Fact]
    public async Task Release_ByTheHolder_FreesItAtOnce()
    {
        LeaseEpoch turn = (await Store.AcquireAsync("scheduler", "a", TenSeconds, Cancellation))!.Value;
        await Store.ReleaseAsync(turn, Cancellation);

        Assert.NotNull(await Store.AcquireAsync("scheduler", "b", TenSeconds, Cancellation));
    }

    [Fact]
    public async Task Release_WithAnOldEpoch_DoesNothing()
    {
        LeaseEpoch old = (await Store.AcquireAsync("scheduler", "a", TenSeconds, Cancellation))!.Value;
        Time.Advance(TenSeconds);
        await Store.AcquireAsync("scheduler", "b", TenSeconds, Cancellation);
        await Store.ReleaseAsync(old, Cancellation);

        Assert.Null(await Store.AcquireAsync("scheduler", "a", TenSeconds, Cancellation));
    }

    [Fact]
    public async Task Commit_UnderTheLease_IsCommitted()
    {
        LeaseEpoch turn = (await Store.AcquireAsync("scheduler", "a", TenSeconds, Cancellation))!.Value;

        Assert.True((await Store.CommitAsync(
            new StoreTransaction().Put(Key("r"), Value("v")).Under(turn), Cancellation)).IsCommitted);
    }

    [Fact]
    public async Task Commit_AfterAnotherTookTheLease_IsFenced()
    {
        LeaseEpoch paused = (await Store.AcquireAsync("scheduler", "a", TenSeconds, Cancellation))!.Value;
        Time.Advance(TenSeconds);
        await Store.AcquireAsync("scheduler", "b", TenSeconds, Cancellation);

        CommitResult result =
            await Store.CommitAsync(new StoreTransaction().Put(Key("r"), Value("late")).Under(paused), Cancellation);

        Assert.Equal(CommitOutcome.LeaseLost, result.Outcome);
        Assert.Null(Store.Current.Find(Key("r")));
    }

    [Fact]
    public async Task Commit_AfterRelease_IsFenced()
    {
        LeaseEpoch turn = (await Store.AcquireAsync("scheduler", "a", TenSeconds, Cancellation))!.Value;
        await Store.ReleaseAsync(turn, Cancellation);

        CommitResult result =
            await Store.CommitAsync(new StoreTransaction().Put(Key("r"), Value("late")).Under(turn), Cancellation);

        Assert.Equal(CommitOutcome.LeaseLost, result.Outcome);
    }

    [Fact]
    public async Task Commit_ExpiredButNotTaken_IsCommitted()
    {
        LeaseEpoch turn = (await Store.AcquireAsync("scheduler", "a", TenSeconds, Cancellation))!.Value;
        Time.Advance(TimeSpan.FromMinutes(1));

        Assert.True((await Store.CommitAsync(
            new StoreTransaction().Put(Key("r"), Value("v")).Under(turn), Cancellation)).IsCommitted);
    }

    [Fact]
    public async Task Acquire_MoreNamesThanTheLimit_IsNotGranted()
    {
        for (int i = 0; i < 3; i++) Assert.NotNull(await Store.AcquireAsync($"l{i}", "a", TenSeconds, Cancellation));

        Assert.Null(await Store.AcquireAsync("l3", "a", TenSeconds, Cancellation));
        Assert.NotNull(await Store.AcquireAsync("l0", "a", TenSeconds, Cancellation));
    }
}
