using System.Text;
using Flyball.Gateway.Limits;
using Microsoft.Extensions.Time.Testing;

namespace Flyball.Gateway.Tests.Limits;

public sealed class LimitTableTests
{
    private static readonly LimitRate TenASecond = new(100_000_000, 10);

    private readonly FakeTimeProvider time = new(DateTimeOffset.UnixEpoch.AddDays(20_000));

    private static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);

    private static int Passed(LimitTable table, string key, int times, string limit = "route") =>
        Enumerable.Range(0, times).Count(_ => table.Take(Bytes(limit), Bytes(key), TenASecond).Passes);

    [Fact]
    public void Take_ByKeys_CountsEachByItself()
    {
        var table = new LimitTable(new LimitOptions(), time, seed: 1);

        Assert.Equal(10, Passed(table, "a", 15));
        Assert.Equal(10, Passed(table, "b", 15));
        Assert.Equal(10, Passed(table, "a", 15, "other"));
        time.Advance(TimeSpan.FromMilliseconds(300));
        Assert.Equal(3, Passed(table, "a", 15));
    }

    [Fact]
    public void Take_MoreKeysThanTheBound_ShareOneCountAndAreTold()
    {
        int told = 0;
        var table = new LimitTable(new LimitOptions { KeysMax = 4 }, time, seed: 1, () => told++);
        Passed(table, "a", 1);
        Passed(table, "b", 1);

        Assert.Equal(10, Passed(table, "c", 8) + Passed(table, "d", 8));
        Assert.Equal(16, told);
        Assert.Equal(2, table.Count);
    }

    [Fact]
    public void Take_OneLimitWithManyKeys_LeavesCountsToOthers()
    {
        var table = new LimitTable(new LimitOptions { KeysMax = 16 }, time, seed: 1);
        for (int i = 0; i < 100; i++) Passed(table, $"k{i}", 1, "greedy");

        Assert.Equal(8, table.Count);
        Assert.Equal(10, Passed(table, "a", 15, "other"));
        Assert.Equal(10, Passed(table, "b", 15, "other"));
    }

    [Fact]
    public void Take_CountsThatAreFullAgain_MakeRoom()
    {
        var table = new LimitTable(new LimitOptions { KeysMax = 4 }, time, seed: 1);
        Passed(table, "a", 1);
        Passed(table, "b", 10);
        time.Advance(TimeSpan.FromMilliseconds(500));
        int before = table.Count;
        Passed(table, "c", 1);

        Assert.Equal(2, before);
        Assert.Equal(2, table.Count);
        Assert.Equal(4, Passed(table, "b", 10) - 1);
    }

    [Fact]
    public async Task Take_FromManyThreads_PassesExactlyTheBurst()
    {
        var table = new LimitTable(new LimitOptions(), time, seed: 1);
        int[] passed = await Task.WhenAll(Enumerable.Range(0, 8).Select(
            _ => Task.Run(() => Passed(table, "k", 1_000), TestContext.Current.CancellationToken)));

        Assert.Equal(10, passed.Sum());
    }

    [Fact]
    public void Gateways_ThatShare_LetPassAsManyAsOne()
    {
        LimitTable[] gateways =
            [.. Enumerable.Range(0, 3).Select(_ => new LimitTable(new LimitOptions(), time, seed: 7))];
        foreach (LimitTable gateway in gateways) gateway.Share(42);
        int passed = 0;
        for (int step = 0; step < 200; step++)
        {
            foreach (LimitTable gateway in gateways) passed += Passed(gateway, "k", 10);
            foreach (LimitTable from in gateways)
            {
                foreach (LimitUse use in from.Uses())
                {
                    foreach (LimitTable to in gateways.Where(to => to != from)) to.Debit(use);
                }
            }

            time.Advance(TimeSpan.FromMilliseconds(500));
        }

        // 100 s at 10 a second. The error that is promised: on each gateway a burst, and what a share interval brings.
        const int Exact = 1_000 + 10;
        Assert.InRange(passed, Exact, Exact + (2 * (10 + 5)));
    }

    [Fact]
    public void Uses_AreBoundedAndToldOnce()
    {
        var table = new LimitTable(new LimitOptions { SharedKeysMax = 2 }, time, seed: 1);
        table.Share(1);
        foreach (string key in new[] { "a", "b", "c" }) Passed(table, key, 2);

        List<LimitUse> first = table.Uses();
        List<LimitUse> second = table.Uses();
        Assert.Equal([2L, 2L], first.Select(use => use.Count));
        Assert.Equal([2L], second.Select(use => use.Count));
        Assert.Empty(table.Uses());
    }

    [Fact]
    public void Debit_OfNonsense_ChangesNothing()
    {
        var table = new LimitTable(new LimitOptions(), time, seed: 1);
        table.Debit(new LimitUse(1, default, 5));
        table.Debit(new LimitUse(1, new LimitRate(100, -1), 5));
        table.Debit(new LimitUse(1, TenASecond, -5));

        Assert.Equal(0, table.Count);
    }

    [Fact]
    public void Share_WithAnotherSeed_BeginsAnew()
    {
        var table = new LimitTable(new LimitOptions(), time, seed: 1);
        Passed(table, "a", 10);
        table.Share(1);
        Assert.Equal(0, Passed(table, "a", 1));
        table.Share(2);

        Assert.Equal(10, Passed(table, "a", 11));
    }
}
