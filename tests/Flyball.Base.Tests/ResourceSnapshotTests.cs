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
}
