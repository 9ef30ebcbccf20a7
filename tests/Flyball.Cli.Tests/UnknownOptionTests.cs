using System.CommandLine;
using Flyball.Cli.Commands;

namespace Flyball.Cli.Tests;

public sealed class UnknownOptionTests
{
    [Theory]
    [InlineData("rm web --dry-run", "--dry-run")]
    [InlineData("stop --waitt cart", "--waitt")]
    [InlineData("ps --nonsense", "--nonsense")]
    [InlineData("scale web=2 -x", "-x")]
    [InlineData("logs --tial web", "--tial")]
    public void Find_MistypedOption_IsNotTakenForAName(string line, string unknown) =>
        Assert.Equal(unknown, UnknownOptions.Find(Parse(line)));

    [Theory]
    [InlineData("rm web cart")]
    [InlineData("logs -f --tail 20 web")]
    [InlineData("rm -- --odd-name")]
    [InlineData("exec web -- ls -la")]
    [InlineData("query -up")]
    [InlineData("restore -")]
    public void Find_NothingMistyped_IsNull(string line)
    {
        ParseResult parsed = Parse(line);

        Assert.Empty(parsed.Errors);
        Assert.Null(UnknownOptions.Find(parsed));
    }

    private static ParseResult Parse(string line)
    {
        var root = new RootCommand();
        foreach (Command command in ClientCommands.All()) root.Add(command);
        return root.Parse(line.Split(' '));
    }
}
