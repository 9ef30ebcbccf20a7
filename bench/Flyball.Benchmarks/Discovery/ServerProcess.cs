using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Flyball.Benchmarks.Discovery;

/// <summary>The real executable with only its doors of discovery open, and what it costs.</summary>
internal sealed class ServerProcess : IAsyncDisposable
{
    private readonly Process process;
    private readonly string folder;

    private ServerProcess(Process process, string folder, int consul, int dns, int control)
    {
        this.process = process;
        this.folder = folder;
        Consul = new IPEndPoint(IPAddress.Loopback, consul);
        Dns = new IPEndPoint(IPAddress.Loopback, dns);
        Control = new Uri($"http://127.0.0.1:{control}");
    }

    public IPEndPoint Consul { get; }

    public IPEndPoint Dns { get; }

    public Uri Control { get; }

    public string JoinTokenFile => Path.Combine(folder, "join.token");

    /// <summary>Resident memory.</summary>
    public double MemoryMiB => Field("VmRSS:") / 1024.0;

    public double CpuSeconds
    {
        get
        {
            process.Refresh();
            return process.TotalProcessorTime.TotalSeconds;
        }
    }

    public static async Task<ServerProcess> StartAsync(string executable)
    {
        string folder = Directory.CreateTempSubdirectory("flyball-bench-").FullName;
        (int consul, int dns, int api, int control) = (Port(), Port(), Port(), Port());
        var start = new ProcessStartInfo(executable,
        [
            "server", "--data", folder, "--api-listen", $"127.0.0.1:{api}", "--control-listen", $"127.0.0.1:{control}",
            "--consul-listen", $"127.0.0.1:{consul}", "--dns-listen", $"127.0.0.1:{dns}", "--etcd-keys-listen", "none",
        ]);
        var server = new ServerProcess(Process.Start(start)!, folder, consul, dns, control);
        using var http = new HttpClient();
        while (true)
        {
            try
            {
                await http.GetStringAsync(new Uri($"http://{server.Consul}/v1/status/leader"));
                return server;
            }
            catch (HttpRequestException)
            {
                await Task.Delay(50);
            }
        }
    }

    /// <summary>
    /// Says what it costs now, and runs the command in FLYBALL_BENCH_HOOK, if any, with the stage and the process: for
    /// dumps of the heap and profiles.
    /// </summary>
    public async Task ReportAsync(string stage)
    {
        Console.WriteLine($"{stage}: {MemoryMiB:N0} MiB");
        if (Environment.GetEnvironmentVariable("FLYBALL_BENCH_HOOK") is not { Length: > 0 } hook) return;
        using Process run = Process.Start(hook, [stage, process.Id.ToString(CultureInfo.InvariantCulture)]);
        await run.WaitForExitAsync();
    }

    public async ValueTask DisposeAsync()
    {
        process.Kill();
        await process.WaitForExitAsync();
        process.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    private long Field(string name) => long.Parse(
        File.ReadLines($"/proc/{process.Id}/status").First(line => line.StartsWith(name, StringComparison.Ordinal))
            .Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)[^2].Replace("\t", ""),
        CultureInfo.InvariantCulture);

    private static int Port()
    {
        using var probe = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        probe.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)probe.LocalEndPoint!).Port;
    }
}
