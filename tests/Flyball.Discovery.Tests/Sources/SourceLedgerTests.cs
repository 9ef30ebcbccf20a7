using Flyball.Discovery.Sources;

namespace Flyball.Discovery.Tests.Sources;

public sealed class SourceLedgerTests
{
    private readonly SourceLedger ledger = new(TimeSpan.FromSeconds(30));

    [Fact]
    public void Seen_FewerInstances_RemovesThemAtOnce()
    {
        Assert.Empty(ledger.Seen("web", ["a", "b", "c"], [], 0));
        Assert.Equal(["a", "c"], ledger.Seen("web", ["b"], [], 1));
        Assert.Equal(1, ledger.Endpoints);
    }

    [Fact]
    public void Seen_Empty_RemovesOnlyWhenConfirmed()
    {
        ledger.Seen("web", ["a"], [], 0);
        Assert.Empty(ledger.Seen("web", [], [], 1_000));
        Assert.Empty(ledger.Seen("web", [], [], 30_999));
        Assert.Equal((1, 1), (ledger.Confirming, ledger.Endpoints));
        Assert.Equal(["a"], ledger.Seen("web", [], [], 31_000));
        Assert.Equal((0, 0, 0), (ledger.Confirming, ledger.Endpoints, ledger.Services));
    }

    [Fact]
    public void Seen_EmptyThenAFailureOrAnInstance_IsConfirmedAnew()
    {
        ledger.Seen("web", ["a"], [], 0);
        ledger.Seen("web", [], [], 1_000);
        ledger.Failed();
        Assert.Empty(ledger.Seen("web", [], [], 60_000));
        Assert.Empty(ledger.Seen("web", ["a"], [], 61_000));
        Assert.Empty(ledger.Seen("web", [], [], 120_000));
        Assert.Equal(["a"], ledger.Seen("web", [], [], 150_000));
    }

    [Fact]
    public void Seen_Unreadable_KeepsTheLastKnown()
    {
        ledger.Seen("web", ["a", "b"], [], 0);
        Assert.Equal(["b"], ledger.Seen("web", [], ["a", "new"], 100_000));
        Assert.Equal((1, 2), (ledger.Endpoints, ledger.Unreadable));
        Assert.Equal(["a"], ledger.Seen("web", ["c"], [], 100_001));
        Assert.Equal(0, ledger.Unreadable);
    }

    [Fact]
    public void Unnamed_Remembered_AreToBeSeenEmpty()
    {
        ledger.Remember("old", "1");
        ledger.Remember("web", "2");
        Assert.Equal(["old"], ledger.Unnamed(new HashSet<string> { "web", "new" }));
    }
}
