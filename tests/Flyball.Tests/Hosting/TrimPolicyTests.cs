using Flyball.Hosting;

namespace Flyball.Tests.Hosting;

public sealed class TrimPolicyTests
{
    private const long MiB = 1024 * 1024;

    [Fact]
    public void IsDue_MuchDoneAndQuietSince_OnceAndAgainOnlyAfterAsMuch()
    {
        var policy = new TrimPolicy();
        Assert.False(policy.IsDue(100 * MiB, 50 * MiB));
        Assert.True(policy.IsDue(101 * MiB, 50 * MiB));
        Assert.False(policy.IsDue(102 * MiB, 50 * MiB));
        // It is never quiet while this goes on.
        for (long allocated = 150; allocated < 1_000; allocated += 50)
            Assert.False(policy.IsDue(allocated * MiB, 50 * MiB));
        Assert.False(policy.IsDue(1_100 * MiB, 50 * MiB));
        Assert.True(policy.IsDue(1_101 * MiB, 50 * MiB));
    }

    [Fact]
    public void IsDue_LittleDone_Never()
    {
        var policy = new TrimPolicy();
        for (long allocated = 0; allocated < 64; allocated++) Assert.False(policy.IsDue(allocated * MiB, 50 * MiB));
    }

    [Fact]
    public void IsDue_HeapIsLarge_Never()
    {
        var policy = new TrimPolicy();
        Assert.False(policy.IsDue(1_000 * MiB, 600 * MiB));
        Assert.False(policy.IsDue(1_001 * MiB, 600 * MiB));
        Assert.True(policy.IsDue(1_002 * MiB, 500 * MiB));
    }
}
