using System.Diagnostics;

namespace Flyball.Cli.Executing;

/// <summary>
/// Keys go to the other side one by one and unseen here, until disposed; by <c>stty</c>, which every terminal has.
/// </summary>
internal sealed class RawTerminal : IDisposable
{
    private readonly string before;

    private RawTerminal(string before) => this.before = before;

    /// <summary>Null when this is no terminal or there is no stty.</summary>
    public static RawTerminal? Enter()
    {
        if (Stty("-g") is not { Length: > 0 } settings) return null;
        Stty("raw -echo");
        return new RawTerminal(settings.Trim());
    }

    public void Dispose() => Stty(before);

    private static string? Stty(string arguments)
    {
        try
        {
            using Process? process = Process.Start(
                new ProcessStartInfo("stty", arguments) { RedirectStandardOutput = true });
            if (process is null) return null;
            string output = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            return process.ExitCode == 0 ? output : null;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            // No stty on this machine: the session works line by line.
            return null;
        }
    }
}
