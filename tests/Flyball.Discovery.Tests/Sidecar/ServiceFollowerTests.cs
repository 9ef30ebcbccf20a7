using Flyball.Discovery.Sidecar;
using Flyball.Discovery.Sidecar.Configuring;
using Flyball.Discovery.Sidecar.Using;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Flyball.Discovery.Tests.Sidecar;

/// <summary>What an answer of the catalogue means to the back ends that are known.</summary>
public sealed class ServiceFollowerTests
{
    private static readonly BackEndPlace[] One = [new("127.0.0.1", 1, 1, false)];

    private readonly FakeTimeProvider time = new();
    private readonly ServiceFollower follower;
    private int changes;

    public ServiceFollowerTests()
    {
        var spec = new SidecarSpec { Catalogue = SidecarOptions.UsualCatalogue };
        follower = new ServiceFollower(
            "cart", null, new CatalogueClient(spec, time), time, new Random(1), NullLogger.Instance)
        {
            Changed = _ => changes++,
        };
    }

    [Fact]
    public void Take_Empty_CountsAfterItHasStoodForAWhile()
    {
        follower.Take(One);
        follower.Take([]);
        time.Advance(ServiceFollower.EmptyAfter - TimeSpan.FromSeconds(1));
        follower.Take([]);
        Assert.Equal(One, follower.Places);

        time.Advance(TimeSpan.FromSeconds(1));
        follower.Take([]);
        Assert.Empty(follower.Places);
        Assert.Equal(2, changes);
    }

    [Fact]
    public void Take_EmptyAroundAFailure_CountsFromAnew()
    {
        follower.Take(One);
        follower.Take([]);
        time.Advance(ServiceFollower.EmptyAfter);
        follower.Fail("away");
        follower.Take([]);
        Assert.Equal(One, follower.Places);
        time.Advance(ServiceFollower.EmptyAfter - TimeSpan.FromSeconds(1));
        follower.Take([]);
        Assert.Equal(One, follower.Places);
    }

    [Fact]
    public void Take_TheSameAgain_IsNoChange()
    {
        follower.Take(One);
        follower.Take([new("127.0.0.1", 1, 1, false)]);
        Assert.Equal(1, changes);
        follower.Take([new("127.0.0.1", 1, 2, false)]);
        Assert.Equal(2, changes);
    }

    [Fact]
    public void Take_EmptyFromTheStart_IsKnownAtOnce()
    {
        follower.Take([]);
        Assert.True(follower.IsKnown);
        Assert.Equal(1, changes);
    }
}
