using Flyball.Metrics.Model;

namespace Flyball.Metrics.Tests.Model;

public sealed class GoNumberTests
{
    [Theory]
    [InlineData(0, "0")]
    [InlineData(-0.5, "-0.5")]
    [InlineData(100000, "100000")]
    [InlineData(1000000, "1e+06")]
    [InlineData(1234567.5, "1.2345675e+06")]
    [InlineData(0.0001, "0.0001")]
    [InlineData(0.00001, "1e-05")]
    [InlineData(1e23, "1e+23")]
    [InlineData(double.NaN, "NaN")]
    [InlineData(double.PositiveInfinity, "+Inf")]
    public void Short_AnyNumber_IsGosG(double value, string expected) => Assert.Equal(expected, GoNumber.Short(value));

    [Theory]
    [InlineData(1e21, "1000000000000000000000")]
    [InlineData(1.5e-7, "0.00000015")]
    [InlineData(-1234567.5, "-1234567.5")]
    public void Long_AnyNumber_HasNoExponent(double value, string expected) =>
        Assert.Equal(expected, GoNumber.Long(value));

    [Theory]
    [InlineData(12345, "1.2e+04")]
    [InlineData(100, "1e+02")]
    [InlineData(10, "10")]
    [InlineData(0.123, "0.12")]
    [InlineData(5, "5")]
    public void Rounded_TwoDigits_IsGosG2(double value, string expected) =>
        Assert.Equal(expected, GoNumber.Rounded(value, 2));

    [Theory]
    [InlineData(1, "1.0")]
    [InlineData(0.99, "0.99")]
    [InlineData(1e10, "1e+10")]
    public void OpenMetrics_WholeNumbers_GetAFraction(double value, string expected) =>
        Assert.Equal(expected, GoNumber.OpenMetrics(value));
}
