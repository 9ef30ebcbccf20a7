using CsCheck;
using Flyball.Scheduling.Compose.Diagnostics;
using Flyball.Scheduling.Compose.Interpolation;
using Flyball.Scheduling.Compose.Yaml;

namespace Flyball.Scheduling.Compose.Tests.Interpolation;

public sealed class EnvFileReaderTests
{
    [Theory]
    [InlineData("A=b", "A=b")]
    [InlineData("  A = b  ", "A=b")]
    [InlineData("export A=b", "A=b")]
    [InlineData("A=", "A=")]
    [InlineData("A=\nB=2", "A=|B=2")]
    [InlineData("# comment\n\nA=b # tail", "A=b")]
    [InlineData("A=b#c", "A=b#c")]
    [InlineData("A='b # c' # d", "A=b # c")]
    [InlineData("A='$X \\n'", "A=$X \\n")]
    [InlineData("A=\"x\\ty\\\"z\\\\\"", "A=x\ty\"z\\")]
    [InlineData("A=\"one\ntwo\"\nB=3", "A=one\ntwo|B=3")]
    [InlineData("A='one\ntwo'", "A=one\ntwo")]
    [InlineData("A=1\nB=${A}2", "A=1|B=12")]
    [InlineData("A=1\nB='${A}2'", "A=1|B=${A}2")]
    [InlineData("A=\"\\$X\"", "A=$X")]
    [InlineData("A=${OUT}", "A=outside")]
    [InlineData("OUT=in\nA=$OUT", "A=outside|OUT=in")]
    [InlineData("OUT", "OUT=outside")]
    [InlineData("NOPE", "")]
    [InlineData("A: b", "A=b")]
    [InlineData("A=b=c", "A=b=c")]
    [InlineData("A=1\nA=2", "A=2")]
    [InlineData("A=b\r\nB=c\r\n", "A=b|B=c")]
    [InlineData("\uFEFFA=b", "A=b")]
    [InlineData("A=\"x\"   # why", "A=x")]
    public void Read_File_GivesValues(string text, string expected)
    {
        (string values, string errors) = Read(text);

        Assert.Equal("", errors);
        Assert.Equal(expected, values);
    }

    [Theory]
    [InlineData("\nA='b", ".env:2:1: the value's ' is not closed")]
    [InlineData("A=\"b\\\"", ".env:1:1: the value's \" is not closed")]
    [InlineData("A='b' c", ".env:1:1: something follows the closing quote")]
    [InlineData("=b", ".env:1:1: a name is missing before '='")]
    [InlineData("1A=b\nB='x\ny'\n2C=1", ".env:1:1: '1A' is no variable's name|.env:4:1: '2C' is no variable's name")]
    [InlineData("A=${B:?no}", ".env:1:1: the variable 'B' must be set: no")]
    public void Read_BadFile_TellsLine(string text, string expected) => Assert.Equal(expected, Read(text).Errors);

    [Fact]
    public void Read_AnyText_Ends() => Gen.String[Gen.Char["A=\"'\\\n$#{}: x"], 0, 60].Sample(text => _ = Read(text));

    [Fact]
    public void Read_AnyValueInSingleQuotes_ComesBack() =>
        Gen.String.Where(text => !text.Contains('\'') && text.ReplaceLineEndings("\n") == text)
            .Sample(text => Read($"A='{text}'").Values == $"A={text}");

    [Fact]
    public void ReadRaw_Line_IsTakenAsItIs()
    {
        SortedDictionary<string, string> values = EnvFileReader.ReadRaw(
            "A='x' # y\n#c\nB=$A\nOUT\nNOPE\n", name => name == "OUT" ? "o" : null);

        Assert.Equal("A='x' # y|B=$A|OUT=o", string.Join('|', values.Select(pair => $"{pair.Key}={pair.Value}")));
    }

    private static (string Values, string Errors) Read(string text)
    {
        var diagnostics = new DiagnosticBag();
        SortedDictionary<string, string> values = EnvFileReader.Read(
            new SourceFile(".env", "/"), text, name =>
                name == "OUT" ? "outside" : null, new ExpansionBudget(), diagnostics);
        string found = string.Join('|', values.Select(pair => $"{pair.Key}={pair.Value}"));
        return (found, string.Join('|', diagnostics.Errors()));
    }
}
