using Flyball.Base.Resources;
using Flyball.Store.Committing;
using Microsoft.Extensions.Time.Testing;

namespace Flyball.Store.Tests.Committing;

/// <summary>What a group that could not be written leaves behind: nothing.</summary>
public sealed class LeaseTableTests
{
    private readonly FakeTimeProvider time = new();
    private readonly LeaseTable leases;

    public LeaseTableTests() => leases = new LeaseTable(time, leasesMax: 10);

    [Fact]
    public void Rollback_NewLease_IsNotHeldAndItsEpochIsFree()
    {
        LeaseEpoch lost = leases.Acquire("a", "one", TimeSpan.FromSeconds(1))!.Value;
        leases.Rollback();

        Assert.False(leases.IsCurrent(lost));
        Assert.Equal(lost, leases.Acquire("a", "one", TimeSpan.FromSeconds(1)));
    }

    [Fact]
    public void Rollback_ReleaseAndTakeover_LeavesTheFirstHolder()
    {
        LeaseEpoch first = leases.Acquire("a", "one", TimeSpan.FromSeconds(10))!.Value;
        leases.Commit();
        leases.Release(first);
        Assert.NotNull(leases.Acquire("a", "two", TimeSpan.FromSeconds(10)));
        leases.Rollback();

        Assert.True(leases.IsCurrent(first));
        Assert.Null(leases.Acquire("a", "two", TimeSpan.FromSeconds(10)));
    }

    [Fact]
    public void Acquire_Renewal_HasNothingToWrite()
    {
        leases.Acquire("a", "one", TimeSpan.FromSeconds(10));
        leases.Commit();
        leases.Acquire("a", "one", TimeSpan.FromSeconds(10));
        Assert.Empty(leases.Unwritten);

        leases.Acquire("a", "one", TimeSpan.FromSeconds(20));
        Assert.Single(leases.Unwritten);
    }

    [Fact]
    public void RemoveEnded_LongAgo_GoesAndTheEpochGoesOn()
    {
        LeaseEpoch first = leases.Acquire("a", "one", TimeSpan.FromSeconds(10))!.Value;
        leases.Acquire("b", "one", TimeSpan.FromHours(3));
        leases.Commit();
        time.Advance(TimeSpan.FromHours(2));

        Assert.Equal(1, leases.RemoveEnded(TimeSpan.FromHours(1)));
        Assert.Null(leases.Unwritten["a"]);
        Assert.True(leases.Acquire("a", "two", TimeSpan.FromSeconds(1))!.Value.Epoch > first.Epoch);
    }
}
