using System.Text;
using Flyball.Base.Resources;

namespace Flyball.Store.Tests.Conformance;

public abstract class JournalSuite<T> : ConformanceSuite<T>
    where T : IStoreUnderTest, new()
{
    [Fact]
    public async Task Read_Appended_ComesBackInOrderAndWhole()
    {
        await AppendAsync(JournalTables.Decisions, 10, Key("web", "workload"), "one");
        await AppendAsync(JournalTables.Decisions, 20, Key("web", "workload"), "two");

        IReadOnlyList<JournalRow> rows = await Store.ReadAsync(new JournalQuery(JournalTables.Decisions), Cancellation);

        Assert.Equal(["one", "two"], Texts(rows));
        Assert.Equal([10L, 20L], rows.Select(row => row.Entry.AtUnixMs));
        Assert.Equal(Key("web", "workload"), rows[0].Entry.Subject);
        Assert.True(rows[0].Sequence < rows[1].Sequence);
    }

    [Fact]
    public async Task Append_WithoutResources_KeepsTheRevision()
    {
        await PutAsync("a");
        CommitResult result = await AppendAsync(JournalTables.Events, 1, Key("a"), "x");

        Assert.Equal(new Revision(1), result.Revision);
        Assert.Equal(new Revision(1), Store.Current.Revision);
        Assert.Equal(new Revision(2), await PutAsync("a"));
    }

    [Fact]
    public async Task Append_InATransactionThatConflicts_IsNotThere()
    {
        var transaction = new StoreTransaction().Require(Key("a"), new Revision(5))
            .Append(new JournalEntry(JournalTables.Audit, 1, Key("a"), Value("never")));
        await Store.CommitAsync(transaction, Cancellation);

        Assert.Empty(await Store.ReadAsync(new JournalQuery(JournalTables.Audit), Cancellation));
    }

    [Fact]
    public async Task Read_EachTable_HoldsItsOwn()
    {
        foreach (string table in (string[])[JournalTables.Decisions, JournalTables.Events, JournalTables.Audit])
            await AppendAsync(table, 1, Key("a"), table);

        foreach (string table in (string[])[JournalTables.Decisions, JournalTables.Events, JournalTables.Audit])
            Assert.Equal([table], Texts(await Store.ReadAsync(new JournalQuery(table), Cancellation)));
    }

    [Fact]
    public async Task Read_BySubject_NarrowsToIt()
    {
        await AppendAsync(JournalTables.Events, 1, new ResourceKey("workload", "default", "shop.web"), "1");
        await AppendAsync(JournalTables.Events, 1, new ResourceKey("workload", "other", "shop.web"), "2");
        await AppendAsync(JournalTables.Events, 1, new ResourceKey("workload", "default", "shop.cart"), "3");
        await AppendAsync(JournalTables.Events, 1, new ResourceKey("node", "default", "shop.web"), "4");
        await AppendAsync(JournalTables.Events, 1, new ResourceKey("workload", "default", "shop%web"), "5");
        var query = new JournalQuery(JournalTables.Events);

        Assert.Equal(["1", "2", "3", "5"], await TextsAsync(query with { SubjectKind = "workload" }));
        Assert.Equal(["1", "2"], await TextsAsync(query with { SubjectKind = "workload", SubjectName = "shop.web" }));
        Assert.Equal(["2"], await TextsAsync(
            query with { SubjectKind = "workload", SubjectName = "shop.web", SubjectNamespace = "other" }));
        Assert.Equal(
            ["1", "2", "3"], await TextsAsync(query with { SubjectKind = "workload", SubjectNamePrefix = "shop." }));
        Assert.Equal(["5"], await TextsAsync(query with { SubjectNamePrefix = "shop%" }));
    }

    [Fact]
    public async Task Read_LimitAndPages_CoverEverythingOnce()
    {
        for (int i = 0; i < 10; i++) await AppendAsync(JournalTables.Events, i, Key("a"), $"{i}");
        var query = new JournalQuery(JournalTables.Events) { Limit = 4 };
        List<string> seen = [];
        while (true)
        {
            IReadOnlyList<JournalRow> page = await Store.ReadAsync(query, Cancellation);
            if (page.Count == 0) break;
            seen.AddRange(Texts(page));
            query = query with { AfterSequence = page[^1].Sequence };
        }

        Assert.Equal(Enumerable.Range(0, 10).Select(i => $"{i}"), seen);
    }

    [Fact]
    public async Task Read_Newest_TakesTheLastOldestFirst()
    {
        for (int i = 0; i < 10; i++) await AppendAsync(JournalTables.Events, i, Key("a"), $"{i}");

        Assert.Equal(
            ["7", "8", "9"], await TextsAsync(new JournalQuery(JournalTables.Events) { Newest = true, Limit = 3 }));
    }

    [Fact]
    public async Task Trim_Old_DropsThemAndCounts()
    {
        for (int i = 0; i < 10; i++) await AppendAsync(JournalTables.Events, i * 10, Key("a"), $"{i}");
        await AppendAsync(JournalTables.Audit, 0, Key("a"), "kept");

        Assert.Equal(4, await Store.TrimAsync(JournalTables.Events, 40, Cancellation));
        Assert.Equal(["4", "5", "6", "7", "8", "9"], await TextsAsync(new JournalQuery(JournalTables.Events)));
        Assert.Equal(["kept"], await TextsAsync(new JournalQuery(JournalTables.Audit)));
    }

    [Fact]
    public async Task Read_UnknownTable_IsTheCallersBug() =>
        await Assert.ThrowsAsync<ArgumentException>(
            async () => await Store.ReadAsync(new JournalQuery("resources"), Cancellation));

    [Theory]
    [InlineData(0)]
    [InlineData(10_001)]
    public async Task Read_LimitOutOfRange_IsTheCallersBug(int limit) =>
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(
            async () => await Store.ReadAsync(new JournalQuery(JournalTables.Events) { Limit = limit }, Cancellation));

    private static IEnumerable<string> Texts(IReadOnlyList<JournalRow> rows) =>
        rows.Select(row => Encoding.UTF8.GetString(row.Entry.Value.Span));

    private async Task<IEnumerable<string>> TextsAsync(JournalQuery query) =>
        Texts(await Store.ReadAsync(query, Cancellation));

    private async Task<CommitResult> AppendAsync(string table, long atUnixMs, ResourceKey subject, string value)
    {
        CommitResult result = await Store.CommitAsync(
            new StoreTransaction().Append(new JournalEntry(table, atUnixMs, subject, Value(value))), Cancellation);
        Assert.Equal(CommitOutcome.Committed, result.Outcome);
        return result;
    }
}
