using System.Diagnostics;

namespace Flyball.Store.Tests.Faults;

/// <summary>The program beside the tests that writes until it is killed.</summary>
internal sealed class CrashWriterProcess : IDisposable
{
    private readonly Process process;

    public CrashWriterProcess(params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true, RedirectStandardError = true };
        start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, "Flyball.Store.CrashWriter.dll"));
        foreach (string argument in arguments) start.ArgumentList.Add(argument);
        process = Process.Start(start)!;
    }

    /// <summary>How many runs of a kill loop: 5, or 50 in the long runs.</summary>
    public static int Rounds => Environment.GetEnvironmentVariable("FLYBALL_LONG") == "1" ? 50 : 5;

    /// <summary>The next line it printed.</summary>
    public async Task<string> ReadLineAsync() =>
        await process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken)
        ?? throw new InvalidOperationException(
            "The writer ended by itself: " + await process.StandardError.ReadToEndAsync());

    /// <summary>SIGKILL, then what it had still printed.</summary>
    public async Task<List<string>> KillAsync()
    {
        process.Kill();
        List<string> rest = [];
        while (await process.StandardOutput.ReadLineAsync() is { } line) rest.Add(line);
        await process.WaitForExitAsync();
        return rest;
    }

    public void Dispose()
    {
        if (!process.HasExited) process.Kill();
        process.Dispose();
    }
}
