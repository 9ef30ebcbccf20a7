using System.CommandLine;
using Flyball.Cli.Commands;
using Flyball.Cli.Connecting;

namespace Flyball.Cli;

/// <summary>The command line as a whole: the roles that the executable brings, and the client commands.</summary>
public static class CommandLine
{
    /// <summary>
    /// From Ctrl-C or SIGTERM to giving up on an orderly end: longer than the default grace of stopping tasks, as long
    /// as service managers wait.
    /// </summary>
    private static readonly TimeSpan StopPatience = TimeSpan.FromSeconds(90);

    /// <summary>
    /// A word such as <c>@body.json</c> belongs to the option before it; the parser would open it as a file with more
    /// of the command line in it.
    /// </summary>
    private static readonly ParserConfiguration WordsAsTheyAre = new() { ResponseFileTokenReplacer = null };

    /// <summary>Parses, runs and answers with the process's exit code.</summary>
    public static async Task<int> RunAsync(string[] args, IEnumerable<Command> roles)
    {
        var root = new RootCommand("Flyball: runs, routes, watches, forecasts and scales services.");
        foreach (Command role in roles) root.Add(role);
        foreach (Command command in ClientCommands.All()) root.Add(command);
        ParseResult parsed = root.Parse(args, WordsAsTheyAre);
        if (parsed.Errors.Count == 0 && UnknownOptions.Find(parsed) is { } unknown)
        {
            await Console.Error.WriteLineAsync(
                $"'{parsed.CommandResult.Command.Name}' has no option {unknown}; --help lists them. Nothing was done.");
            return ExitCodes.Usage;
        }

        var configuration = new InvocationConfiguration
        {
            EnableDefaultExceptionHandler = false,
            ProcessTerminationTimeout = StopPatience,
        };
        try
        {
            int code = await parsed.InvokeAsync(configuration, CancellationToken.None);
            return parsed.Errors.Count > 0 ? ExitCodes.Usage : code;
        }
        catch (CommandFailure failure)
        {
            await Console.Error.WriteLineAsync(failure.Message);
            return failure.ExitCode;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            await Console.Error.WriteLineAsync(e.Message);
            return ExitCodes.Failed;
        }
        catch (OperationCanceledException)
        {
            // Ctrl-C: the shell's convention for SIGINT.
            return 130;
        }
    }
}
