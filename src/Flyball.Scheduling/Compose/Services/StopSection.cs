using Flyball.Scheduling.Compose.Diagnostics;
using Flyball.Scheduling.Compose.Values;

namespace Flyball.Scheduling.Compose.Services;

/// <summary><c>stop_signal</c>, by name or number.</summary>
internal static class StopSection
{
    private const string Prefix = "SIG";

    // signal(7), the numbers of x86 and ARM, in order from 1.
    private static readonly string[] Names =
    [
        "HUP", "INT", "QUIT", "ILL", "TRAP", "ABRT", "BUS", "FPE", "KILL", "USR1", "SEGV", "USR2", "PIPE", "ALRM",
        "TERM", "STKFLT", "CHLD", "CONT", "STOP", "TSTP", "TTIN", "TTOU", "URG", "XCPU", "XFSZ", "VTALRM", "PROF",
        "WINCH", "IO", "PWR", "SYS",
    ];

    public static string? Signal(Field field)
    {
        if (field.Word() is not { } written) return null;
        if (int.TryParse(written, out int number) && number >= 1 && number <= Names.Length)
            return Prefix + Names[number - 1];
        string name = written.ToUpperInvariant();
        if (name.StartsWith(Prefix, StringComparison.Ordinal)) name = name[Prefix.Length..];
        bool realTime = name.StartsWith("RTMIN+", StringComparison.Ordinal) &&
            int.TryParse(name.AsSpan(6), out int offset) && offset is >= 0 and <= 15;
        if (Names.Contains(name) || realTime) return Prefix + name;
        field.Error($"'{written}' is no signal", Nearest.Hint(Prefix + name, Names.Select(known => Prefix + known)));
        return null;
    }
}
