using Flyball.Store.Sqlite;

namespace Flyball.Store.Tests.Sqlite;

public sealed class QuietPagesTests
{
    private readonly QuietPages pages = new();

    [Fact]
    public void AreIdle_AfterManyWritesAndThenFew_Once()
    {
        Assert.False(pages.AreIdle(50_000));
        Assert.False(pages.AreIdle(60_000));
        Assert.True(pages.AreIdle(60_010));
        Assert.False(pages.AreIdle(60_020));
        Assert.False(pages.AreIdle(62_000));
        Assert.True(pages.AreIdle(62_000));
    }

    [Fact]
    public void AreIdle_FewWritesEver_Never()
    {
        for (int i = 0; i < 9; i++) Assert.False(pages.AreIdle(i * 100));
    }
}
