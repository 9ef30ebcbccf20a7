using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Flyball.Gateway.Bench;

/// <summary>
/// From the moment that somebody begins to register another address to the first new connection by a sidecar's port
/// that reaches it: through a real server's Consul door and a real sidecar.
/// </summary>
internal static class RelayChange
{
    private const int Changes = 200;
    private const int ApiPort = 18_121;
    private const int ControlPort = 18_122;
    private const int ConsulPort = 18_123;
    private const int LocalPort = 18_124;

    public static async Task RunAsync(string executable)
    {
        string directory = Directory.CreateTempSubdirectory("flyball-relay-change-").FullName;
        using Socket one = Speak(1);
        using Socket other = Speak(2);
        using Process server = Process.Start(executable,
        [
            "server", "--data", Path.Combine(directory, "server"), "--api-listen", $"127.0.0.1:{ApiPort}",
            "--control-listen", $"127.0.0.1:{ControlPort}", "--consul-listen", $"127.0.0.1:{ConsulPort}",
            "--etcd-keys-listen", "none", "--dns-listen", "none",
        ]);
        using Process sidecar = Process.Start(executable,
        [
            "sidecar", "--data", Path.Combine(directory, "sidecar"), "--use", $"flip={LocalPort}", "--listen", "none",
            "--catalogue", $"127.0.0.1:{ConsulPort}",
        ]);
        try
        {
            var times = new List<double>();
            using var http = new HttpClient();
            await UntilAsync(() => RegisterAsync(http, one));
            await UntilAsync(async () => await AskAsync() == 1);
            for (int i = 0; i < Changes; i++)
            {
                (Socket next, int word) = i % 2 == 0 ? (other, 2) : (one, 1);
                long began = TimeProvider.System.GetTimestamp();
                await RegisterAsync(http, next);
                while (await AskAsync() != word)
                {
                    // The old one still answers.
                }

                times.Add(TimeProvider.System.GetElapsedTime(began).TotalMilliseconds);
            }

            times.Sort();
            Console.WriteLine($"change to first connection over {Changes}: median {times[Changes / 2]:n1} ms, "
                + $"p99 {times[Changes * 99 / 100]:n1} ms, most {times[^1]:n1} ms");
        }
        finally
        {
            ProxyProcesses.Stop(sidecar);
            ProxyProcesses.Stop(server);
            Directory.Delete(directory, recursive: true);
        }
    }

    private static Socket Speak(byte word)
    {
        var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen();
        _ = SpeakAsync(listener, word);
        return listener;
    }

    private static async Task SpeakAsync(Socket listener, byte word)
    {
        try
        {
            while (true)
            {
                using Socket client = await listener.AcceptAsync();
                await client.SendAsync(new[] { word });
                client.Shutdown(SocketShutdown.Send);
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // The run is over.
        }
    }

    private static async Task<bool> RegisterAsync(HttpClient http, Socket place)
    {
        int port = ((IPEndPoint)place.LocalEndPoint!).Port;
        using var body = new StringContent(
            $$"""{"Name":"flip","ID":"flip","Address":"127.0.0.1","Port":{{port}}}""");
        using HttpResponseMessage answer = await http.PutAsync(
            new Uri($"http://127.0.0.1:{ConsulPort}/v1/agent/service/register"), body);
        return answer.IsSuccessStatusCode;
    }

    private static async Task<int> AskAsync()
    {
        using var client = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await client.ConnectAsync(IPAddress.Loopback, LocalPort);
        var word = new byte[1];
        return await client.ReceiveAsync(word) == 1 ? word[0] : 0;
    }

    private static async Task UntilAsync(Func<Task<bool>> condition)
    {
        for (int tries = 0; tries < 300; tries++)
        {
            try
            {
                if (await condition()) return;
            }
            catch (Exception e) when (e is HttpRequestException or SocketException)
            {
                // Not up yet.
            }

            await Task.Delay(100);
        }

        throw new InvalidOperationException("The server or the sidecar does not come up.");
    }
}
