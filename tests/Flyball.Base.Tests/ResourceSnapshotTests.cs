using System.Text;
using Flyball.Base.Resources;

namespace Flyball.Base.Tests;

public sealed class ResourceSnapshotTests
{
    private static StoredResource Row(string kind, string name, long revision, string value = "") =>
        new(new ResourceKey(kind, name), new Revision(revision), Encoding.UTF8.GetBytes(value));

    [Fact]
    public void Apply_PutThenDelete_LeavesThePredecessorUntouched()
    {
        ResourceSnapshot one = ResourceSnapshot.Empty.Apply(
            [ResourceChange.Put(Row("route", "a", 1))], new Revision(1));
        ResourceSnapshot two = one.Apply(
            [ResourceChange.Delete(new ResourceKey("route", "a"), new Revision(2))], new Revision(2));

        Assert.NotNull(one.Find(new ResourceKey("route", "a")));
        Assert.Null(two.Find(new ResourceKey("route", "a")));
        Assert.Equal(new Revision(2), two.LastChange("route"));
    }

    [Fact]
    public void List_InsertedInAnyOrder_ComesInOrdinalOrder()
    {
        ResourceSnapshot snapshot = ResourceSnapshot.From(
            [Row("node", "b", 1), Row("node", "B", 2), Row("node", "a", 3)], new Revision(3));

        Assert.Equal(["B", "a", "b"], snapshot.List("node").Select(row => row.Key.Name));
    }

    [Fact]
    public void LastChange_AnotherKindChanges_Stays()
    {
        ResourceSnapshot one = ResourceSnapshot.From([Row("node", "a", 1)], new Revision(1));
        ResourceSnapshot two = one.Apply([ResourceChange.Put(Row("route", "r", 2))], new Revision(2));

        Assert.Equal(new Revision(1), two.LastChange("node"));
        Assert.Equal(new Revision(2), two.Revision);
    }

    [Theory]
    [InlineData(1, 3)]
    [InlineData(2, 200)]
    [InlineData(3, 20_000)]
    public void Apply_ManyChangesInAnyOrder_IsAsADictionaryAndLeavesEveryPredecessorAsItWas(int seed, int names)
    {
        var random = new Random(seed);
        var model = new SortedDictionary<string, long>(StringComparer.Ordinal);
        ResourceSnapshot snapshot = ResourceSnapshot.Empty;
        var before = new List<(ResourceSnapshot Snapshot, KeyValuePair<string, long>[] Rows)>();
        for (int revision = 1; revision <= 300; revision++)
        {
            // It grows at first and shrinks to nothing at the end, in groups of every size.
            bool isShrinking = revision > 150;
            var changes = new List<ResourceChange>();
            for (int i = random.Next(1, Math.Max(2, names / 20)); i > 0; i--)
            {
                string name = $"n{random.Next(names)}";
                if (random.Next(4) == 0 != isShrinking)
                {
                    changes.Add(ResourceChange.Delete(new ResourceKey("k", name), new Revision(revision)));
                    model.Remove(name);
                }
                else
                {
                    changes.Add(ResourceChange.Put(Row("k", name, revision)));
                    model[name] = revision;
                }
            }

            snapshot = snapshot.Apply(changes, new Revision(revision));
            Assert.Equal(model.Count, snapshot.Count("k"));
            if (revision % 30 == 0) before.Add((snapshot, [.. model]));
        }

        foreach ((ResourceSnapshot then, KeyValuePair<string, long>[] rows) in before)
        {
            Assert.Equal(rows, then.List("k").Select(row => KeyValuePair.Create(row.Key.Name, row.Revision.Value)));
            foreach ((string name, long at) in rows)
                Assert.Equal(at, then.Find(new ResourceKey("k", name))?.Revision.Value);
        }

        snapshot = snapshot.Apply(
            [.. model.Keys.Select(name => ResourceChange.Delete(new ResourceKey("k", name), new Revision(301)))],
            new Revision(301));
        Assert.Empty(snapshot.List("k"));
        Assert.Null(snapshot.Find(new ResourceKey("k", "n1")));
    }

    [Fact]
    public void Find_TheSameNameInTwoNamespaces_FindsEach()
    {
        StoredResource[] rows =
        [
            .. from name in Enumerable.Range(0, 100) from ns in (string[])["b", "a"]
               select new StoredResource(new ResourceKey("k", ns, $"n{name}"), new Revision(1), default),
        ];
        ResourceSnapshot snapshot = ResourceSnapshot.From(rows, new Revision(1));
        foreach (StoredResource row in rows) Assert.Same(row, snapshot.Find(row.Key));
        Assert.Equal(["a", "b"], snapshot.List("k").Take(2).Select(row => row.Key.Namespace));
    }
}
