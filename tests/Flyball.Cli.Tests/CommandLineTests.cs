using System.CommandLine;
using Flyball.Cli.Commands;

namespace Flyball.Cli.Tests;

public sealed class CommandLineTests
{
    /// <summary>Every command, those of a group in place of the group.</summary>
    private static IEnumerable<Command> Runnable() => ClientCommands.All()
        .SelectMany(command => command.Subcommands.Count == 0 ? [command] : command.Subcommands);

    [Fact]
    public void Command_EveryOne_HasAnExampleInItsHelp()
    {
        string[] without = [.. Runnable()
            .Where(command => command.Description?.Contains("Example:\n  ", StringComparison.Ordinal) != true)
            .Select(command => command.Name)];
        Assert.Empty(without);
    }

    [Fact]
    public void Command_AskingAServer_TakesJsonOutputAddressAndToken()
    {
        foreach (Command command in Runnable().Where(command => command is ClientCommand))
        {
            string[] options = [.. command.Options.Select(option => option.Name)];
            Assert.Contains("--output", options);
            Assert.Contains("--api", options);
            Assert.Contains("--token", options);
        }
    }

    [Fact]
    public async Task Run_WordWithAnAt_ReachesItsOption()
    {
        string? seen = null;
        var body = new Option<string>("--body");
        var probe = new Command("probe") { body };
        probe.SetAction(parsed =>
        {
            seen = parsed.GetValue(body);
            return 7;
        });
        Assert.Equal(7, await CommandLine.RunAsync(["probe", "--body", "@no-such-file.json"], [probe]));
        Assert.Equal("@no-such-file.json", seen);
    }
}
