using System.Net;
using System.Net.Sockets;
using System.Text;
using Flyball.Base.Disk;
using Flyball.Base.Work;
using Flyball.Discovery.Sidecar;
using Flyball.Discovery.Sidecar.Configuring;
using Flyball.Discovery.Tests.Doors;
using Microsoft.Extensions.Logging.Abstractions;

namespace Flyball.Discovery.Tests.Sidecar;

/// <summary>A whole sidecar in this process, with a file and a directory of its own, in real time.</summary>
internal sealed class SidecarHost : IAsyncDisposable
{
    private SidecarHost(string directory, RunningSidecar sidecar)
    {
        Directory = directory;
        Sidecar = sidecar;
    }

    public string Directory { get; }

    public RunningSidecar Sidecar { get; }

    private static string FileOf(string directory) => Path.Combine(directory, "sidecar.yaml");

    /// <param name="yaml">The file.</param>
    /// <param name="directory">Of a sidecar before this one; null for a fresh one.</param>
    public static async Task<SidecarHost> StartAsync(string yaml, string? directory = null)
    {
        directory ??= System.IO.Directory.CreateTempSubdirectory("flyball-sidecar-").FullName;
        await File.WriteAllTextAsync(FileOf(directory), yaml);
        var options = new SidecarOptions { File = FileOf(directory), DataDirectory = directory };
        (SidecarSpec? spec, IReadOnlyList<string> problems) = SidecarReader.Read(options);
        Assert.Empty(problems);
        var sidecar = new RunningSidecar(
            options, spec!,
            new SidecarParts(PhysicalDisk.Instance, PoolWorkers.Instance, TimeProvider.System, Random.Shared),
            NullLogger<RunningSidecar>.Instance);
        try
        {
            await sidecar.StartAsync();
        }
        catch
        {
            await sidecar.DisposeAsync();
            throw;
        }

        return new SidecarHost(directory, sidecar);
    }

    public async Task<IReadOnlyList<string>> ReloadAsync(string yaml)
    {
        await File.WriteAllTextAsync(FileOf(Directory), yaml);
        return await Sidecar.ReloadAsync();
    }

    /// <summary>A process that says who it is to whoever connects.</summary>
    public static Socket Speak(string word, out int port)
    {
        var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        IPEndPoint free = DoorHost.Free();
        listener.Bind(free);
        listener.Listen();
        port = free.Port;
        _ = SpeakAsync(listener, word);
        return listener;
    }

    /// <summary>What is said on a local port; null when the connection is refused or reset.</summary>
    public static async Task<string?> AskAsync(int port)
    {
        try
        {
            using var client = new Socket(SocketType.Stream, ProtocolType.Tcp);
            await client.ConnectAsync(IPAddress.Loopback, port, TestContext.Current.CancellationToken);
            return await RelayHost.ReadToEndAsync(client);
        }
        catch (SocketException)
        {
            return null;
        }
    }

    public static Task UntilSaysAsync(int port, string? word)
    {
        string? last = null;
        return DoorHost.EventuallyAsync(
            async () => (last = await AskAsync(port)) == word, () => $"port {port} says {last}, not {word}");
    }

    public async ValueTask DisposeAsync() => await Sidecar.DisposeAsync();

    private static async Task SpeakAsync(Socket listener, string word)
    {
        while (true)
        {
            try
            {
                using Socket client = await listener.AcceptAsync();
                await client.SendAsync(Encoding.ASCII.GetBytes(word));
                client.Shutdown(SocketShutdown.Send);
            }
            catch (Exception e) when (e is SocketException or ObjectDisposedException)
            {
                if (e is ObjectDisposedException or SocketException { SocketErrorCode: SocketError.OperationAborted })
                    return;
            }
        }
    }
}
