using Flyball.Base.Resources;
using Flyball.Store.Watching;

namespace Flyball.Store.Tests.Watching;

public sealed class RecentChangesTests
{
    private static readonly KindFilter All = new([]);
    private static readonly KindFilter Nodes = new(["node"]);

    [Fact]
    public void IsBehind_OtherKindsWereDropped_IsNot()
    {
        var recent = new RecentChanges(4, 1_000_000);
        Append(recent, 1, "node");
        for (int revision = 2; revision <= 20; revision++) Append(recent, revision, "route");

        Assert.True(recent.IsBehind(new Revision(1), All));
        Assert.False(recent.IsBehind(new Revision(1), Nodes));
        Assert.True(recent.IsBehind(Revision.None, Nodes));
    }

    [Fact]
    public void Append_BeyondTheBytes_DropsTheOldest()
    {
        var recent = new RecentChanges(1_000, 5_000);
        for (int revision = 1; revision <= 50; revision++) Append(recent, revision, "node", valueBytes: 900);

        Assert.Equal(4, recent.Count);
        Assert.True(recent.IsBehind(new Revision(45), Nodes));
        Assert.False(recent.IsBehind(new Revision(46), Nodes));
    }

    [Fact]
    public void Append_OneTransactionAboveTheBound_IsDroppedWhole()
    {
        var recent = new RecentChanges(4, 1_000_000);
        recent.Append([.. Enumerable.Range(0, 10).Select(i => Change(1, "node", 1, $"n{i}"))], new Revision(1));

        Assert.Equal(0, recent.Count);
        Assert.True(recent.IsBehind(Revision.None, Nodes));
    }

    [Fact]
    public void Read_BeyondTheBatchBytes_EndsWithATransaction()
    {
        var recent = new RecentChanges(1_000, long.MaxValue);
        for (int revision = 1; revision <= 10; revision++)
        {
            var at = new Revision(revision);
            recent.Append([Change(revision, "node", 1_000_000, "a"), Change(revision, "node", 1_000_000, "b")], at);
        }

        ChangeBatch batch = recent.Read(Revision.None, All, batchMax: 1_000);
        Assert.Equal((6, new Revision(3)), (batch.Changes.Count, batch.Through));
    }

    [Fact]
    public void Read_AfterTheRingGrewAndWrapped_IsInOrder()
    {
        var recent = new RecentChanges(300, long.MaxValue);
        for (int revision = 1; revision <= 2_000; revision++) Append(
            recent, revision, revision % 3 == 0 ? "node" : "route");

        ChangeBatch batch = recent.Read(new Revision(1_700), Nodes, batchMax: 10_000);
        Assert.Equal(Enumerable.Range(
            1_701, 300).Where(i => i % 3 == 0), batch.Changes.Select(change => (int)change.Revision.Value));
        Assert.Equal(new Revision(2_000), batch.Through);
    }

    private static void Append(RecentChanges recent, int revision, string kind, int valueBytes = 1) =>
        recent.Append([Change(revision, kind, valueBytes, "x")], new Revision(revision));

    private static ResourceChange Change(int revision, string kind, int valueBytes, string name) =>
        ResourceChange.Put(
            new StoredResource(new ResourceKey(kind, name), new Revision(revision), new byte[valueBytes]));
}
