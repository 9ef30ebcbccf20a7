using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using System.Text;

namespace Flyball.Metrics.Api.Tests.Peers;

/// <summary>A real peer as a child process, with its output kept for a failing test to show.</summary>
internal sealed class PeerProcess : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly StringBuilder output = new();
    private readonly Process process;

    private PeerProcess(Process process)
    {
        this.process = process;
        process.OutputDataReceived += (_, line) => Keep(line.Data);
        process.ErrorDataReceived += (_, line) => Keep(line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    public string Output
    {
        get
        {
            lock (output) return output.ToString();
        }
    }

    /// <summary>A program that <c>build/unpack-peers.sh</c> unpacked.</summary>
    public static string Unpacked(string package, string program, [CallerFilePath] string here = "")
    {
        string? folder = Path.GetDirectoryName(here);
        while (folder is not null && !File.Exists(Path.Combine(folder, "Flyball.slnx")))
            folder = Path.GetDirectoryName(folder);
        string path = Path.Combine(folder!, "artifacts", "peers", package, "usr", "bin", program);
        Assert.True(File.Exists(path), $"{program} is missing: run 'bash build/unpack-peers.sh' first.");
        return path;
    }

    public static PeerProcess Start(string file, params IEnumerable<string> arguments) => new(Process.Start(
        new ProcessStartInfo(file, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!);

    /// <summary>Runs to the end; the exit code and all output.</summary>
    public static async Task<(int Code, string Output)> RunAsync(string file, params IEnumerable<string> arguments)
    {
        await using PeerProcess peer = Start(file, arguments);
        await peer.process.WaitForExitAsync();
        return (peer.process.ExitCode, peer.Output);
    }

    /// <summary>A loopback port that was free a moment ago.</summary>
    public static int FreePort()
    {
        using var probe = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        probe.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)probe.LocalEndPoint!).Port;
    }

    /// <summary>Waits until an address answers with success.</summary>
    public async Task ReadyAsync(HttpClient http, string path)
    {
        using var patience = new CancellationTokenSource(Patience);
        while (true)
        {
            Assert.False(process.HasExited, Output);
            try
            {
                if ((await http.GetAsync(path, patience.Token)).IsSuccessStatusCode) return;
            }
            catch (HttpRequestException)
            {
                // Not listening yet.
            }

            await Task.Delay(50, patience.Token);
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (!process.HasExited) process.Kill();
        await process.WaitForExitAsync();
        process.Dispose();
    }

    private void Keep(string? line)
    {
        if (line is null) return;
        lock (output)
            if (output.Length < 1_000_000) output.AppendLine(line);
    }
}
