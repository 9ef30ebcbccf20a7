using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Flyball.Discovery.Tests.Doors;

namespace Flyball.Discovery.Tests.Sources;

/// <summary>Debian's ZooKeeper with its own shell as the client that writes; both end with the test.</summary>
internal sealed class ZooKeeperProcess : IAsyncDisposable
{
    private const string ClassPath = "/etc/zookeeper/conf:/usr/share/java/zookeeper.jar";

    private readonly IPEndPoint door = DoorHost.Free();
    private readonly string folder = Directory.CreateTempSubdirectory("flyball-zk-").FullName;
    private readonly StringBuilder said = new();
    private Process? server;
    private Process? shell;

    public string Address => $"zookeeper://{door}";

    public static async Task<ZooKeeperProcess> StartAsync()
    {
        var zooKeeper = new ZooKeeperProcess();
        await zooKeeper.StartServerAsync();
        await zooKeeper.StartShellAsync();
        return zooKeeper;
    }

    public async Task StartServerAsync()
    {
        string config = Path.Combine(folder, "zoo.cfg");
        await File.WriteAllTextAsync(config, $"""
            tickTime=1000
            dataDir={folder}/data
            clientPortAddress={door.Address}
            clientPort={door.Port}
            admin.enableServer=false
            4lw.commands.whitelist=ruok

            """);
        server = Java("org.apache.zookeeper.server.ZooKeeperServerMain", config);
        await DoorHost.EventuallyAsync(IsOkAsync, () => $"ZooKeeper answers at {door}: {Said}");
    }

    /// <summary>A node; its parents must be there. An ephemeral one lives as long as the shell.</summary>
    public async Task CreateAsync(string path, string value = "x", bool isEphemeral = false)
    {
        await shell!.StandardInput.WriteLineAsync($"create {(isEphemeral ? "-e " : "")}{path} {value}");
        await DoorHost.EventuallyAsync(
            () => Task.FromResult(Said.Contains($"Created {path}\n", StringComparison.Ordinal)), () => Said);
    }

    public Task SetAsync(string path, string value) => shell!.StandardInput.WriteLineAsync($"set {path} {value}");

    public Task DeleteAsync(string path) => shell!.StandardInput.WriteLineAsync($"delete {path}");

    /// <summary>The client that holds the ephemeral nodes goes in order.</summary>
    public Task QuitShellAsync() => shell!.StandardInput.WriteLineAsync("quit");

    public async Task KillServerAsync()
    {
        server!.Kill();
        await server.WaitForExitAsync();
    }

    public async ValueTask DisposeAsync()
    {
        foreach (Process? process in new[] { shell, server })
        {
            if (process is null) continue;
            process.Kill();
            await process.WaitForExitAsync();
            process.Dispose();
        }

        Directory.Delete(folder, recursive: true);
    }

    private string Said
    {
        get
        {
            lock (said) return said.ToString();
        }
    }

    private async Task StartShellAsync()
    {
        shell = Java("org.apache.zookeeper.ZooKeeperMain", "-server", $"{door}");
        // What it is told before that is lost.
        await DoorHost.EventuallyAsync(
            () => Task.FromResult(Said.Contains("state:SyncConnected", StringComparison.Ordinal)), () => Said);
    }

    /// <summary>Whether it answers; while it starts it may answer and leave the connection open.</summary>
    private async Task<bool> IsOkAsync()
    {
        CancellationToken cancellation = TestContext.Current.CancellationToken;
        try
        {
            using var client = new TcpClient();
            await client.ConnectAsync(door, cancellation);
            await client.GetStream().WriteAsync("ruok"u8.ToArray(), cancellation);
            byte[] answer = new byte[4];
            await client.GetStream().ReadExactlyAsync(answer, cancellation);
            return answer.AsSpan().SequenceEqual("imok"u8);
        }
        catch (Exception e) when (e is SocketException or IOException)
        {
            return false;
        }
    }

    private Process Java(string main, params string[] arguments)
    {
        var start = new ProcessStartInfo("java")
        {
            RedirectStandardError = true,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            WorkingDirectory = folder,
        };
        foreach (string argument in (string[])
            ["-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Dzookeeper.log.dir=" + folder, "-cp", ClassPath, main,
                .. arguments])
            start.ArgumentList.Add(argument);
        Process process = Process.Start(start)!;
        process.OutputDataReceived += (_, line) => Hear(line.Data);
        process.ErrorDataReceived += (_, line) => Hear(line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return process;
    }

    private void Hear(string? line)
    {
        lock (said) said.Append(line).Append('\n');
    }
}
