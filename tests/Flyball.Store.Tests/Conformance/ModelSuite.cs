using CsCheck;
using Flyball.Base.Resources;
using Microsoft.Extensions.Time.Testing;

namespace Flyball.Store.Tests.Conformance;

/// <summary>Random transactions against the plainest thing that could be right: a dictionary.</summary>
public abstract class ModelSuite<T>
    where T : IStoreUnderTest, new()
{
    private static readonly Gen<ResourceKey> Keys = Gen.Select(
        OneOf("node", "route"), OneOf("default", "other"), OneOf("a", "b", "c", "ü", "😀"),
        (kind, ns, name) => new ResourceKey(kind, ns, name));

    private static readonly Gen<Operation> Operations = Gen.Frequency(
        (5, Gen.Select(Keys, Gen.Byte.Array[0, 20]).Select((key, value) => new Operation(key, value, false))),
        (2, Keys.Select(key => new Operation(key, null, false))),
        (1, Keys.Select(key => new Operation(key, null, true))));

    [Fact]
    public void Commit_AnyTransactions_AgreesWithADictionary() =>
        Gen.Select(Gen.Int[0, 3], Operations.List[1, 4]).List[1, 40].Sample(
            transactions => RunAsync(transactions).GetAwaiter().GetResult(), iter: Iterations, threads: 1);

    protected virtual int Iterations => 60;

    private static Gen<string> OneOf(params string[] words) => Gen.Int[0, words.Length - 1].Select(i => words[i]);

    private static async Task RunAsync(List<(int Skew, List<Operation> Operations)> transactions)
    {
        using var implementation = new T();
        IResourceStore store = implementation.Open(new FakeTimeProvider(), new StoreLimits());
        var model = new Model();
        // All at once, so that they fall into groups; the answers must be those of one after another.
        List<(Task<CommitResult> Actual, CommitResult Expected)> results = [];
        foreach ((int skew, List<Operation> operations) in transactions)
        {
            (StoreTransaction transaction, CommitResult expected) = model.Run(skew, operations);
            results.Add((store.CommitAsync(transaction).AsTask(), expected));
        }

        foreach ((Task<CommitResult> actual, CommitResult expected) in results) Assert.Equal(expected, await actual);
        model.AssertEqual(store.Current);
        await model.AssertReplaysAsync(store);
    }

    private sealed record Operation(ResourceKey Key, byte[]? Value, bool IsPrecondition);

    private sealed class Model
    {
        private readonly SortedDictionary<ResourceKey, (long Revision, byte[] Value)> rows = [];
        private long revision;

        // Skew 0: preconditions are met; else they ask for a revision that far off.
        public (StoreTransaction Transaction, CommitResult Expected) Run(int skew, List<Operation> operations)
        {
            var transaction = new StoreTransaction();
            CommitResult? conflict = null;
            var next = new SortedDictionary<ResourceKey, byte[]?>();
            foreach (Operation operation in operations)
            {
                long now = rows.TryGetValue(operation.Key, out var row) ? row.Revision : 0;
                if (operation.IsPrecondition)
                {
                    transaction.Require(operation.Key, new Revision(now + skew));
                    if (skew == 0) continue;
                    conflict ??= new CommitResult(
                        CommitOutcome.Conflict, new Revision(revision), operation.Key, new Revision(now));
                }
                else
                {
                    if (operation.Value is null) transaction.Delete(operation.Key);
                    else transaction.Put(operation.Key, operation.Value);
                    next[operation.Key] = operation.Value;
                }
            }

            return (transaction, conflict ?? Apply(next));
        }

        private CommitResult Apply(SortedDictionary<ResourceKey, byte[]?> next)
        {
            if (next.Any(write => write.Value is not null || rows.ContainsKey(write.Key))) revision++;
            foreach ((ResourceKey key, byte[]? value) in next)
            {
                if (value is null) rows.Remove(key);
                else rows[key] = (revision, value);
            }

            return new CommitResult(CommitOutcome.Committed, new Revision(revision));
        }

        public void AssertEqual(ResourceSnapshot snapshot)
        {
            Assert.Equal(revision, snapshot.Revision.Value);
            Assert.Equal(
                rows.Select(row => (row.Key, row.Value.Revision, Convert.ToHexString(row.Value.Value))),
                snapshot.All().OrderBy(row => row.Key)
                    .Select(row => (row.Key, row.Revision.Value, Convert.ToHexString(row.Value.Span))));
        }

        /// <summary>A watch from the start, applied to nothing, gives the same state.</summary>
        public async Task AssertReplaysAsync(IResourceStore store)
        {
            ResourceSnapshot replayed = ResourceSnapshot.Empty;
            if (revision > 0)
            {
                await foreach (ChangeBatch batch in store.WatchAsync([], Revision.None, CancellationToken.None))
                {
                    replayed = replayed.Apply(batch.Changes, batch.Through);
                    if (batch.Through.Value >= revision) break;
                }
            }

            AssertEqual(replayed);
        }
    }
}
