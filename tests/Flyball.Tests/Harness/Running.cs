using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text;

namespace Flyball.Tests.Harness;

/// <summary>A child process with its output kept, so that a failing test can show it.</summary>
internal sealed partial class Running : IAsyncDisposable
{
    private readonly StringBuilder output = new();
    private bool disposed;

    private Running(Process process)
    {
        Process = process;
        process.OutputDataReceived += (_, line) => Keep(line.Data);
        process.ErrorDataReceived += (_, line) => Keep(line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    public Process Process { get; }

    public string Output
    {
        get
        {
            lock (output) return output.ToString();
        }
    }

    public static Running Start(
        string file, IEnumerable<string> arguments, string? directory = null,
        params (string Name, string Value)[] environment)
    {
        var start = new ProcessStartInfo(file, arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = false,
            WorkingDirectory = directory ?? "",
        };
        foreach ((string name, string value) in environment) start.Environment[name] = value;
        return new Running(Process.Start(start)!);
    }

    /// <summary>SIGKILL: the process gets no chance to tidy up.</summary>
    public async Task KillAsync()
    {
        Process.Kill(entireProcessTree: false);
        await Process.WaitForExitAsync();
    }

    /// <summary>SIGTERM, and then as long as the process takes.</summary>
    public async Task StopAsync()
    {
        Signal(15);
        await Process.WaitForExitAsync(TestContext.Current.CancellationToken);
    }

    public void Signal(int number) => Assert.Equal(0, Kill(Process.Id, number));

    public async ValueTask DisposeAsync()
    {
        if (disposed) return;
        disposed = true;
        if (!Process.HasExited)
        {
            _ = Kill(Process.Id, 15);
            using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(20));
            try
            {
                await Process.WaitForExitAsync(patience.Token);
            }
            catch (OperationCanceledException)
            {
                await KillAsync();
            }
        }

        Process.Dispose();
    }

    private void Keep(string? line)
    {
        if (line is null) return;
        lock (output)
            if (output.Length < 1_000_000) output.AppendLine(line);
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Kill(int process, int signal);
}
