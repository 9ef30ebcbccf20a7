using Flyball.Cli.Output;

namespace Flyball.Cli.Tests;

public sealed class WordsTests
{
    [Theory]
    [InlineData("BackingOff", "backing-off")]
    [InlineData("rolledBack", "rolled-back")]
    [InlineData("Running", "running")]
    [InlineData(null, "-")]
    public void State_AnyCasing_IsLowerCaseWithDashes(string? name, string expected) =>
        Assert.Equal(expected, Words.State(name));

    [Theory]
    [InlineData(999L, "0s")]
    [InlineData(61_000L, "1m")]
    [InlineData(7_200_000L, "2h")]
    [InlineData(172_800_000L, "2d")]
    public void Age_Elapsed_UsesOneUnit(long elapsedMs, string expected) =>
        Assert.Equal(expected, Words.Age(1_000_000, 1_000_000 + elapsedMs));

    [Theory]
    [InlineData(512L, "512 B")]
    [InlineData(1536L, "1.5 KiB")]
    [InlineData(268_435_456L, "256 MiB")]
    public void Bytes_Sizes_UseBinaryUnits(long bytes, string expected) => Assert.Equal(expected, Words.Bytes(bytes));
}
