using CsCheck;
using Flyball.Autoscaling.Capacity;

namespace Flyball.Autoscaling.Tests.Capacity;

public sealed class StaffingTests
{
    private readonly StaffingTable staffing = new();

    [Fact]
    public void WaitProbability_OneServer_IsItsUtilisation() =>
        Assert.Equal(0.7, ErlangC.WaitProbability(1, 0.7), 12);

    [Fact]
    public void WaitProbability_TextbookTable_Agrees()
    {
        // Two servers at 1 erlang: C = 1/3 in closed form.
        Assert.Equal(1.0 / 3, ErlangC.WaitProbability(2, 1), 12);
        Assert.Equal(1.0, ErlangC.WaitProbability(3, 3), 12);
    }

    [Fact]
    public void Need_AnyLoad_IsTheFewestThatAdmitIt() => Gen.Double[0.01, 150].Sample(load =>
    {
        // Samples run on several threads, a table belongs to one.
        var table = new StaffingTable();
        var need = table.Need(load);
        Assert.True(table.Admissible(need) >= load);
        Assert.True(need == 1 || table.Admissible(need - 1) < load);
    }, iter: 100);

    /// <summary>What the protocol's program solves, to its last bit.</summary>
    [Theory]
    [InlineData(1024, 1023.2655082345009)]
    [InlineData(1500, 1499.263030505972)]
    [InlineData(3573, 3572.2588530810317)]
    [InlineData(20000, 19999.254372669384)]
    [InlineData(70000, 69999.25283598714)]
    public void Admissible_LargeSizes_AreTheProtocols(int replicas, double load) =>
        Assert.Equal(load, staffing.Admissible(replicas));

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(-1)]
    [InlineData(0)]
    public void Need_NoLoad_IsOne(double load) => Assert.Equal(1, staffing.Need(load));

    [Fact]
    public void Need_AbsurdLoad_IsBounded() => Assert.InRange(staffing.Need(1e300), 100_000_000, 101_000_000);
}
