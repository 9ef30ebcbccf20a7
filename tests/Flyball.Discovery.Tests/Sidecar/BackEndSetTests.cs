using Flyball.Discovery.Sidecar.Configuring;
using Flyball.Discovery.Sidecar.Using;
using Microsoft.Extensions.Time.Testing;

namespace Flyball.Discovery.Tests.Sidecar;

/// <summary>Which back end a connection goes to.</summary>
public sealed class BackEndSetTests
{
    private readonly FakeTimeProvider time = new();
    private readonly BackEndSet set;

    public BackEndSetTests() => set = new BackEndSet(time, new Random(1));

    private static BackEndPlace Place(int port, int weight = 1, bool critical = false) =>
        new("127.0.0.1", port, weight, critical);

    private BackEnd Choose(BalanceKind balance = BalanceKind.LeastConnections, params BackEnd[] tried) =>
        set.Choose(balance, tried)!;

    private int[] Spread(BalanceKind balance, int count)
    {
        var counts = new SortedDictionary<int, int>();
        for (int i = 0; i < count; i++)
        {
            BackEnd one = Choose(balance);
            one.Enter();
            counts[one.EndPoint.Port] = counts.GetValueOrDefault(one.EndPoint.Port) + 1;
        }

        return [.. counts.Values];
    }

    [Fact]
    public void LeastConnections_ByWeight_FillsEvenly()
    {
        set.Apply([Place(1), Place(2, weight: 2), Place(3)]);
        Assert.Equal([25, 50, 25], Spread(BalanceKind.LeastConnections, 100));
    }

    [Fact]
    public void RoundRobin_ByWeight_GoesRound()
    {
        set.Apply([Place(1), Place(2, weight: 3)]);
        Assert.Equal([25, 75], Spread(BalanceKind.RoundRobin, 100));
    }

    [Fact]
    public void TwoChoices_ManyConnections_StayClose()
    {
        set.Apply([Place(1), Place(2), Place(3), Place(4)]);
        Assert.All(Spread(BalanceKind.TwoChoices, 400), count => Assert.InRange(count, 90, 110));
    }

    [Fact]
    public void Choose_FailedTwice_IsLeftOutUntilOneTriesItAgain()
    {
        set.Apply([Place(1), Place(2)]);
        BackEnd bad = Choose();
        set.Failed(bad);
        set.Failed(bad);
        for (int i = 0; i < 10; i++) Assert.NotSame(bad, Choose());

        time.Advance(TimeSpan.FromSeconds(5));
        Assert.Same(bad, Choose());
        // One tries; the others go on elsewhere until it is known how that went.
        for (int i = 0; i < 10; i++) Assert.NotSame(bad, Choose());

        set.Failed(bad);
        time.Advance(TimeSpan.FromSeconds(9));
        for (int i = 0; i < 10; i++) Assert.NotSame(bad, Choose());
        time.Advance(TimeSpan.FromSeconds(1));
        Assert.Same(bad, Choose());
        set.Succeeded(bad);
        Assert.Equal(0, set.LeftOutCount);
        Assert.Equal(2, set.Ejections);
    }

    [Fact]
    public void Failed_AllOfThem_HalfStayIn()
    {
        set.Apply([Place(1), Place(2), Place(3), Place(4), Place(5)]);
        for (int round = 0; round < 3; round++)
        {
            var all = new List<BackEnd>();
            while (set.Choose(BalanceKind.LeastConnections, all) is { } next) all.Add(next);
            Assert.Equal(5, all.Count);
            foreach (BackEnd one in all) set.Failed(one);
        }

        Assert.Equal(2, set.LeftOutCount);
        Assert.True(set.EjectionsCapped > 0);
    }

    [Fact]
    public void Choose_TheCatalogueCallsAllCritical_TheyAreTriedAllTheSame()
    {
        set.Apply([Place(1), Place(2, critical: true)]);
        BackEnd passing = Choose();
        Assert.Equal(1, passing.EndPoint.Port);
        Assert.Equal(2, Choose(BalanceKind.LeastConnections, passing).EndPoint.Port);

        set.Apply([Place(1, critical: true), Place(2, critical: true)]);
        BackEnd first = Choose();
        BackEnd second = Choose(BalanceKind.RoundRobin, first);
        Assert.Null(set.Choose(BalanceKind.TwoChoices, [first, second]));
    }

    [Fact]
    public void Apply_SameAddress_KeepsWhatIsKnownOfIt()
    {
        set.Apply([Place(1), Place(2)]);
        BackEnd one = Choose();
        one.Enter();
        set.Failed(one);
        set.Failed(one);

        set.Apply([Place(2, weight: 7), Place(1, weight: 7), Place(3)]);
        Assert.Equal(1, set.LeftOutCount);
        Assert.Equal((1, 7), (one.Connections, one.Weight));

        // A check has seen it fail and work again since: it is let in at once.
        int port = one.EndPoint.Port;
        set.Apply([Place(port, critical: true), Place(3)]);
        set.Apply([Place(port), Place(3)]);
        Assert.Equal(0, set.LeftOutCount);
    }
}
