using System.Diagnostics;
using CsCheck;
using Flyball.Gateway.Balancing;
using Flyball.Gateway.Forwarding;

namespace Flyball.Gateway.Tests.Forwarding;

public sealed class TraceContextTests
{
    private const string Valid = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

    [Theory]
    [InlineData(Valid, true)]
    [InlineData("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00", true)]
    [InlineData("cc-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-what-the-future-brings", true)]
    [InlineData("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-x", false)]
    [InlineData("ff-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", false)]
    [InlineData("00-0AF7651916CD43DD8448EB211C80319C-b7ad6b7169203331-01", false)]
    [InlineData("00-00000000000000000000000000000000-b7ad6b7169203331-01", false)]
    [InlineData("00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01", false)]
    [InlineData("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-0x", false)]
    [InlineData("00_0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", false)]
    [InlineData("", false)]
    [InlineData(null, false)]
    public void IsValid_EachShape_AsTheStandardSays(string? header, bool expected) =>
        Assert.Equal(expected, TraceContext.IsValid(header));

    [Fact]
    public void IsValid_AnyText_NeverThrows() => Gen.String.Sample(text => { TraceContext.IsValid(text); });

    [Fact]
    public void Next_WithoutAClientsTrace_IsValidSampledAndNew()
    {
        var trace = new TraceContext(new RandomSequence(1));
        string[] made = [.. Enumerable.Range(0, 1000).Select(_ => trace.Next(null, "broken"))];
        Assert.All(made, header =>
            Assert.True(TraceContext.IsValid(header) && header.EndsWith("-01", StringComparison.Ordinal), header));
        Assert.Equal(made.Length, made.Distinct().Count());
        Assert.True(ActivityContext.TryParse(made[0], null, out _));
    }

    [Fact]
    public void Next_ValidTraceOfTheClient_IsPassedOn() =>
        Assert.Same(Valid, new TraceContext(new RandomSequence(1)).Next(null, Valid));
}
