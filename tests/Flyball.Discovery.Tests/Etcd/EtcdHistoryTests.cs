using Flyball.Discovery.Etcd;
using Flyball.Discovery.Tests.Doors;

namespace Flyball.Discovery.Tests.Etcd;

/// <summary>How much is remembered of what changed.</summary>
public sealed class EtcdHistoryTests
{
    [Fact]
    public void Values_ThatAreLarge_AreForgottenBeforeTheyAreMany()
    {
        var history = new EtcdHistory(new DiscoveryOptions { EtcdKeys = DoorHost.Free() });
        var value = new EtcdValue(new string('x', 512 * 1024), 1, 1);
        for (int at = 1; at <= 1_000; at++) history.Changed("a", value, value, at);
        Assert.Null(history.Find("a", false, 900, out bool isForgotten));
        Assert.True(isForgotten);
        Assert.Equal(1_000, history.Find("a", false, 1_000, out isForgotten)?.Index);
        Assert.False(isForgotten);
    }

    [Fact]
    public void Values_ThatAreSmall_AreRememberedByTheirNumber()
    {
        var history = new EtcdHistory(new DiscoveryOptions { EtcdKeys = DoorHost.Free() });
        for (int at = 1; at <= 20_000; at++) history.Changed("a", null, new EtcdValue("1", at, at), at);
        Assert.Equal(4_000, history.Find("a", false, 4_000, out _)?.Index);
        Assert.Null(history.Find("a", false, 3_000, out bool isForgotten));
        Assert.True(isForgotten);
    }
}
