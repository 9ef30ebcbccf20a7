using System.CommandLine;
using Flyball.Cli.Executing;

namespace Flyball.Cli.Commands;

/// <summary><c>flyball exec NAME -- COMMAND</c>: runs a command beside an allocation's task.</summary>
internal static class ExecCommand
{
    public static Command Create()
    {
        var name = new Argument<string>("NAME")
            { Description = "A workload (its first running allocation) or an allocation's id." };
        var command = new Argument<string[]>("COMMAND")
            { Description = "The command and its arguments, after --.", Arity = ArgumentArity.OneOrMore };
        var tty = new Option<bool>("--tty", "-t")
            { Description = "A terminal. [default: when both ends of this one are a terminal]" };
        return new ClientCommand("exec", "Runs a command in an allocation.", "flyball exec web -- sh -c 'env | sort'")
            { name, command, tty }
            .Runs(async (parsed, client, _, cancellation) =>
            {
                bool terminal = parsed.GetResult(tty) is { Implicit: false }
                    ? parsed.GetValue(tty)
                    : !Console.IsInputRedirected && !Console.IsOutputRedirected;
                string allocation = await AllocationNames.FindRunningAsync(
                    client, parsed.GetValue(name)!, cancellation);
                using var session = new ExecTerminal(client, terminal);
                return await session.RunAsync(allocation, parsed.GetValue(command)!, cancellation);
            });
    }
}
