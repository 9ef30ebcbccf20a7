using System.Diagnostics;
using System.Globalization;

namespace Flyball.Agent.Drivers.Process;

/// <summary>
/// A program started in the background of a script ignores SIGINT and SIGQUIT, and so would every task of an agent that
/// was: a shell cannot even trap what it was born ignoring, and the task's stop signal would never reach it.
/// </summary>
internal static class InheritedSignals
{
    private const int SigInt = 2;
    private const int SigQuit = 3;

    private static readonly string[] Reset = ["env", "--default-signal=INT,QUIT"];

    private static readonly Lazy<string[]> Chosen = new(Choose);

    /// <summary>
    /// What stands before a task's shell so that it has the signals' defaults; empty where it has them.
    /// </summary>
    public static IReadOnlyList<string> Prefix => Chosen.Value;

    private static string[] Choose() => Ignores(SigInt) || Ignores(SigQuit) ? Supported() : [];

    /// <summary>The mask of ignored signals, bit 0 for signal 1 (proc_pid_status(5)).</summary>
    private static bool Ignores(int signal)
    {
        const string Key = "SigIgn:";
        string? line = File.ReadLines("/proc/self/status")
            .FirstOrDefault(l => l.StartsWith(Key, StringComparison.Ordinal));
        return line is not null
            && ulong.TryParse(line.AsSpan(Key.Length).Trim(), NumberStyles.HexNumber, CultureInfo.InvariantCulture,
                out ulong mask)
            && (mask >> (signal - 1) & 1) == 1;
    }

    /// <summary>
    /// Of the env commands coreutils' has this since 8.31; busybox' has not, and there it stays as it is.
    /// </summary>
    private static string[] Supported()
    {
        try
        {
            using var trial = System.Diagnostics.Process.Start(new ProcessStartInfo(Reset[0], [Reset[1], "true"])
            {
                RedirectStandardError = true,
            });
            trial?.WaitForExit();
            return trial?.ExitCode == 0 ? Reset : [];
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return [];
        }
    }
}
