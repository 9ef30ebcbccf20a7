using Flyball.Apis.Usage;
using Flyball.Contracts.Metrics;

namespace Flyball.Apis.Tests.Usage;

public sealed class CounterSumTests
{
    private static readonly double None = MetricMatrix.Absent;

    public static TheoryData<double[], double> Cases => new()
    {
        { [5, 5, 9], 4 },
        { [None, 3, 3], 3 },
        { [None, None, None], 0 },
        { [None, 7, None, 7], 7 },
        { [10, 12, 2, 5], 7 },
        { [4, None, 1], 1 },
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public void Of_Values_IsWhatWasCountedWithin(double[] values, double expected) =>
        Assert.Equal(expected, CounterSum.Of(values));

    [Theory]
    [InlineData("30m", 1800)]
    [InlineData("24h", 86_400)]
    [InlineData("90d", 7_776_000)]
    [InlineData("91d", null)]
    [InlineData("30s", null)]
    [InlineData("1", null)]
    [InlineData("-1h", null)]
    [InlineData("99999999h", null)]
    public void Parse_Range_IsWithinBounds(string text, int? seconds) =>
        Assert.Equal(seconds, (int?)RangeText.Parse(text)?.TotalSeconds);
}
