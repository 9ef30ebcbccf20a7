using System.CommandLine;
using Flyball.Cli.Commands;

namespace Flyball.Cli.Tests;

public sealed class CommandLineTests
{
    [Fact]
    public void Command_EveryOne_HasAnExampleInItsHelp()
    {
        string[] without = [.. ClientCommands.All()
            .Where(command => command.Description?.Contains("Example:\n  ", StringComparison.Ordinal) != true)
            .Select(command => command.Name)];
        Assert.Empty(without);
    }

    [Fact]
    public void Command_AskingAServer_TakesJsonOutputAddressAndToken()
    {
        foreach (Command command in ClientCommands.All().Where(command => command is ClientCommand))
        {
            string[] options = [.. command.Options.Select(option => option.Name)];
            Assert.Contains("--output", options);
            Assert.Contains("--api", options);
            Assert.Contains("--token", options);
        }
    }
}
