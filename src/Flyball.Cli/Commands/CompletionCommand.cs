using System.CommandLine;
using Flyball.Cli.Connecting;

namespace Flyball.Cli.Commands;

/// <summary>
/// <c>flyball completion bash|zsh|fish</c>: a script for the shell that asks the executable itself for suggestions, by
/// the
/// <c>[suggest]</c> directive that the command-line library answers.
/// </summary>
internal static class CompletionCommand
{
    public static Command Create()
    {
        var shell = new Argument<string>("SHELL") { Description = "bash, zsh or fish" };
        shell.AcceptOnlyFromAmong("bash", "zsh", "fish");
        var command = new Command("completion",
            "Prints a completion script for a shell.\n\nExample:\n  source <(flyball completion bash)") { shell };
        command.SetAction(parsed =>
        {
            Console.Out.WriteLine(Script(parsed.GetValue(shell)!));
            return ExitCodes.Ok;
        });
        return command;
    }

    private static string Script(string shell) => shell switch
    {
        "bash" => """
            _flyball() {
              local IFS=$'\n'
              COMPREPLY=($(compgen -W "$(flyball "[suggest:${COMP_POINT}]" "${COMP_LINE}" 2>/dev/null)" -- "${COMP_WORDS[COMP_CWORD]}"))
            }
            complete -o default -F _flyball flyball
            """,
        "zsh" => """
            _flyball() {
              local -a found
              found=("${(@f)$(flyball "[suggest:${CURSOR}]" "${BUFFER}" 2>/dev/null)}")
              compadd -a found
            }
            compdef _flyball flyball
            """,
        _ => """
            complete -c flyball -f -a '(flyball "[suggest:"(commandline -C)"]" (commandline -cp) 2>/dev/null)'
            """,
    };
}
