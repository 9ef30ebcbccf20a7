using System.Globalization;
using Flyball.Agent.Drivers;

namespace Flyball.Agent.Allocations;

/// <summary>An exit in a sentence for people.</summary>
internal static class ExitMessage
{
    public static string Of(TaskExit exit, long ranMs)
    {
        string how = exit switch
        {
            { OutOfMemory: true } => "was killed because it used more memory than its limit",
            { Code: null } => "ended while nobody could see its exit code",
            { Code: > 128 and <= 192 } =>
                string.Create(CultureInfo.InvariantCulture, $"was ended by signal {exit.Code - 128}"),
            _ => string.Create(CultureInfo.InvariantCulture, $"exited with code {exit.Code}"),
        };
        string after = string.Create(CultureInfo.InvariantCulture, $"The task {how} after {Duration(ranMs)}");
        return exit.Message.Length > 0 ? $"{after}: {exit.Message}" : $"{after}.";
    }

    private static string Duration(long ms) => ms switch
    {
        < 60_000 => string.Create(CultureInfo.InvariantCulture, $"{ms / 1000.0:0.0} s"),
        < 3_600_000 => string.Create(CultureInfo.InvariantCulture, $"{ms / 60_000} min"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{ms / 3_600_000} h"),
    };
}
