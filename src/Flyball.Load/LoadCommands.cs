using System.CommandLine;
using Flyball.Load.Commands;

namespace Flyball.Load;

/// <summary>The command of the load generator.</summary>
public static class LoadCommands
{
    /// <summary>Adds <c>load</c>.</summary>
    public static void AddLoadCommands(this ICollection<Command> commands) => commands.Add(LoadCommand.Create());
}
