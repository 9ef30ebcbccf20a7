using System.ComponentModel;
using System.Diagnostics;
using System.Text;
using Flyball.Discovery.Checking;
using Flyball.Discovery.Registrations;

namespace Flyball.Discovery.Sidecar.Registering;

/// <summary>A check by a program: exit code 0 passes, 1 warns, any other is critical.</summary>
internal static class CommandProbe
{
    /// <summary>Characters of its output that are kept; the rest is read and thrown away.</summary>
    private const int OutputCharsMax = 4_096;

    private const int Warns = 1;

    /// <summary>When it is cancelled the program is killed, with what it started.</summary>
    public static async ValueTask<CheckVerdict> RunAsync(
        IReadOnlyList<string> command, CancellationToken cancellation)
    {
        var start = new ProcessStartInfo(command[0], command.Skip(1))
        {
            RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true,
        };
        using var process = new Process { StartInfo = start };
        var output = new StringBuilder();
        process.OutputDataReceived += (_, line) => Keep(output, line.Data);
        process.ErrorDataReceived += (_, line) => Keep(output, line.Data);
        try
        {
            process.Start();
        }
        catch (Win32Exception e)
        {
            return new CheckVerdict(CheckStatus.Critical, $"{command[0]} cannot be started: {e.Message}");
        }

        try
        {
            process.StandardInput.Close();
            process.BeginOutputReadLine();
            process.BeginErrorReadLine();
            await process.WaitForExitAsync(cancellation);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }

        CheckStatus status = process.ExitCode switch
        {
            0 => CheckStatus.Passing,
            Warns => CheckStatus.Warning,
            _ => CheckStatus.Critical,
        };
        lock (output) return new CheckVerdict(status, $"exit code {process.ExitCode}: {output}".TrimEnd());
    }

    private static void Keep(StringBuilder output, string? line)
    {
        if (line is null) return;
        lock (output)
        {
            if (output.Length + line.Length < OutputCharsMax) output.AppendLine(line);
        }
    }
}
