using System.CommandLine;
using Flyball.Metrics.PromQl.Scripts;

namespace Flyball.Metrics.Commands;

/// <summary><c>flyball promql</c>: work with queries and their tests without a server.</summary>
internal static class PromQlCommands
{
    public static Command Create() => new("promql", "Tests PromQL without a server.")
    {
        Test(),
        new Command("check", "Checks files before a server reads them.") { CheckRulesCommand.Create() },
    };

    private static Command Test()
    {
        var files = new Argument<string[]>("FILE")
        {
            Description = "Scripts in promqltest's language (load, eval, expect).",
            Arity = ArgumentArity.OneOrMore,
        };
        var experimental = new Option<bool>("--experimental") { Description = "Turn all experimental parts on." };
        var command = new Command(
            "test",
            "Runs scripts and prints each difference, then 'N passed, N failed'.\n\n"
            + "Example:\n  flyball promql test functions.test --experimental")
        { files, experimental };
        command.SetAction(parsed =>
        {
            string[] paths = parsed.GetValue(files)!;
            if (!OfflineFiles.AreThere(paths)) return OfflineFiles.Usage;
            return new PromQlTestRunner(TimeProvider.System).RunFiles(
                paths, parsed.GetValue(experimental), Console.Out);
        });
        return command;
    }
}
