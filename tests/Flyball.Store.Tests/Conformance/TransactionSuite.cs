using Flyball.Base.Resources;

namespace Flyball.Store.Tests.Conformance;

public abstract class TransactionSuite<T> : ConformanceSuite<T>
    where T : IStoreUnderTest, new()
{
    protected override StoreLimits Limits { get; } = new()
    {
        ValueBytesMax = 1_000, EntryBytesMax = 500, TransactionBytesMax = 4_000, TransactionOperationsMax = 20,
    };

    [Fact]
    public async Task Commit_OneAfterAnother_RevisionsHaveNoGaps()
    {
        for (int i = 1; i <= 20; i++) Assert.Equal(new Revision(i), await PutAsync($"r{i % 3}"));
        Assert.Equal(new Revision(20), Store.Current.Revision);
    }

    [Fact]
    public async Task Commit_ManyAtOnce_EachHasItsOwnRevisionAndNoneIsLeftOut()
    {
        Task<CommitResult>[] commits = [.. Enumerable.Range(0, 500)
            .Select(i => Store.CommitAsync(
                new StoreTransaction().Put(Key($"r{i % 50}"), Value($"{i}")), Cancellation).AsTask())];
        CommitResult[] results = await Task.WhenAll(commits);

        Assert.All(results, result => Assert.True(result.IsCommitted));
        Assert.Equal(
            Enumerable.Range(1, 500).Select(i => (long)i), results.Select(result => result.Revision.Value).Order());
    }

    [Fact]
    public async Task Commit_Answered_IsVisible()
    {
        Revision revision = await PutAsync("a", "one");

        Assert.Equal("one", Stored(Key("a")));
        Assert.Equal(revision, Store.Current.Find(Key("a"))!.Revision);
    }

    [Fact]
    public async Task Commit_SeveralKeys_ShareOneRevision()
    {
        CommitResult result = await Store.CommitAsync(
            new StoreTransaction().Put(Key("a"), Value("1")).Put(Key("b"), Value("2")), Cancellation);

        Assert.Equal(new Revision(1), result.Revision);
        Assert.Equal(new Revision(1), Store.Current.Find(Key("a"))!.Revision);
        Assert.Equal(new Revision(1), Store.Current.Find(Key("b"))!.Revision);
    }

    [Fact]
    public async Task Commit_SameKeyTwice_LastWriteCounts()
    {
        await Store.CommitAsync(
            new StoreTransaction().Put(Key("a"), Value("1")).Delete(Key("a")).Put(Key("a"), Value("3")), Cancellation);
        Assert.Equal("3", Stored(Key("a")));

        await Store.CommitAsync(new StoreTransaction().Put(Key("a"), Value("4")).Delete(Key("a")), Cancellation);
        Assert.Null(Store.Current.Find(Key("a")));
    }

    [Fact]
    public async Task Commit_EmptyValue_IsAValueAndNotADelete()
    {
        await Store.CommitAsync(new StoreTransaction().Put(Key("a"), ReadOnlyMemory<byte>.Empty), Cancellation);

        Assert.Equal("", Stored(Key("a")));
    }

    [Fact]
    public async Task Commit_DeleteOfWhatIsAbsent_UsesNoRevision()
    {
        await PutAsync("a");
        CommitResult result = await Store.CommitAsync(new StoreTransaction().Delete(Key("b")), Cancellation);

        Assert.Equal(CommitOutcome.Committed, result.Outcome);
        Assert.Equal(new Revision(1), result.Revision);
        Assert.Equal(new Revision(1), Store.Current.Revision);
    }

    [Fact]
    public async Task Commit_PreconditionHolds_IsCommitted()
    {
        Revision revision = await PutAsync("a");
        CommitResult result = await Store.CommitAsync(
            new StoreTransaction()
                .Require(Key("a"), revision).Require(Key("b"), Revision.None).Put(Key("b"), Value("2")),
            Cancellation);

        Assert.Equal(new CommitResult(CommitOutcome.Committed, new Revision(2)), result);
    }

    [Fact]
    public async Task Commit_PreconditionFails_NamesKeyAndActualAndWritesNothing()
    {
        await PutAsync("a");
        await PutAsync("a");
        CommitResult result = await Store.CommitAsync(
            new StoreTransaction().Put(Key("b"), Value("x")).Require(Key("a"), new Revision(1)), Cancellation);

        Assert.Equal(new CommitResult(CommitOutcome.Conflict, new Revision(2), Key("a"), new Revision(2)), result);
        Assert.Null(Store.Current.Find(Key("b")));
        Assert.Equal(new Revision(2), Store.Current.Revision);
    }

    [Fact]
    public async Task Commit_MustNotExistButDoes_Conflicts()
    {
        await PutAsync("a");
        CommitResult result = await Store.CommitAsync(
            new StoreTransaction().Require(Key("a"), Revision.None).Put(Key("a"), Value("x")), Cancellation);

        Assert.Equal(CommitOutcome.Conflict, result.Outcome);
        Assert.Equal("v", Stored(Key("a")));
    }

    [Fact]
    public async Task Commit_ManyRaceForOneKey_OneWins()
    {
        Task<CommitResult>[] commits = [.. Enumerable.Range(0, 100).Select(i => Store.CommitAsync(
            new StoreTransaction().Require(Key("a"), Revision.None).Put(Key("a"), Value($"{i}")),
            Cancellation).AsTask())];
        CommitResult[] results = await Task.WhenAll(commits);

        Assert.Single(results, result => result.IsCommitted);
        Assert.Equal(99, results.Count(result => result is { Outcome: CommitOutcome.Conflict, Actual.Value: 1 }));
    }

    [Fact]
    public async Task Commit_ReadModifyWriteByMany_LosesNoUpdate()
    {
        await PutAsync("count", "0");
        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => AddTenAsync()));
        Assert.Equal("80", Stored(Key("count")));

        async Task AddTenAsync()
        {
            for (int done = 0; done < 10;)
            {
                StoredResource now = Store.Current.Find(Key("count"))!;
                int next = int.Parse(System.Text.Encoding.UTF8.GetString(now.Value.Span)) + 1;
                CommitResult result = await Store.CommitAsync(
                    new StoreTransaction().Require(now.Key, now.Revision).Put(now.Key, Value($"{next}")), Cancellation);
                if (result.IsCommitted) done++;
            }
        }
    }

    [Fact]
    public async Task Commit_ValueTooLarge_IsRefusedByName()
    {
        CommitResult result =
            await Store.CommitAsync(new StoreTransaction().Put(Key("a"), new byte[1_001]), Cancellation);

        Assert.Equal(CommitOutcome.Refused, result.Outcome);
        Assert.StartsWith("ValueBytesMax: ", result.Reason, StringComparison.Ordinal);
        Assert.Equal(Revision.None, Store.Current.Revision);
    }

    [Fact]
    public async Task Commit_ValueAtTheLimit_IsTaken()
    {
        CommitResult result =
            await Store.CommitAsync(new StoreTransaction().Put(Key("a"), new byte[1_000]), Cancellation);

        Assert.Equal(CommitOutcome.Committed, result.Outcome);
    }

    [Fact]
    public async Task Commit_EntryTooLarge_IsRefusedByName()
    {
        var entry = new JournalEntry(JournalTables.Events, 1, Key("a"), new byte[501]);
        CommitResult result =
            await Store.CommitAsync(new StoreTransaction().Put(Key("a"), Value("v")).Append(entry), Cancellation);

        Assert.StartsWith("EntryBytesMax: ", result.Reason, StringComparison.Ordinal);
        Assert.Null(Store.Current.Find(Key("a")));
    }

    [Fact]
    public async Task Commit_TransactionTooLarge_IsRefusedByName()
    {
        var transaction = new StoreTransaction();
        for (int i = 0; i < 5; i++) transaction.Put(Key($"r{i}"), new byte[900]);
        CommitResult result = await Store.CommitAsync(transaction, Cancellation);

        Assert.Equal(CommitOutcome.Refused, result.Outcome);
        Assert.StartsWith("TransactionBytesMax: ", result.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Commit_TooManyOperations_IsRefusedByName()
    {
        var transaction = new StoreTransaction();
        for (int i = 0; i < 21; i++) transaction.Delete(Key($"r{i}"));
        CommitResult result = await Store.CommitAsync(transaction, Cancellation);

        Assert.StartsWith("TransactionOperationsMax: ", result.Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(200, CommitOutcome.Committed)]
    [InlineData(201, CommitOutcome.Refused)]
    public async Task Commit_NameLength_IsBounded(int length, CommitOutcome expected)
    {
        var transaction = new StoreTransaction().Put(Key(new string('é', length)), Value("v"));
        CommitResult result = await Store.CommitAsync(transaction, Cancellation);

        Assert.Equal(expected, result.Outcome);
    }

    [Fact]
    public async Task Commit_NameWithHalfASurrogate_IsRefused()
    {
        CommitResult result =
            await Store.CommitAsync(new StoreTransaction().Put(Key("a\ud800"), Value("v")), Cancellation);

        Assert.Equal(CommitOutcome.Refused, result.Outcome);
    }

    [Fact]
    public async Task Commit_EmptyTransaction_AnswersThePreconditionOnly()
    {
        await PutAsync("a");

        Assert.True((await Store.CommitAsync(
            new StoreTransaction().Require(Key("a"), new Revision(1)), Cancellation)).IsCommitted);
        Assert.False((await Store.CommitAsync(
            new StoreTransaction().Require(Key("a"), new Revision(9)), Cancellation)).IsCommitted);
        Assert.Equal(new Revision(1), Store.Current.Revision);
    }

    [Fact]
    public async Task Commit_CancelledBefore_WritesNothing()
    {
        using var cancelled = new CancellationTokenSource();
        await cancelled.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            async () => await Store.CommitAsync(new StoreTransaction().Put(Key("a"), Value("v")), cancelled.Token));
        Assert.Equal(new Revision(1), await PutAsync("b"));
    }
}
