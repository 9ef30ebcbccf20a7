using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Flyball.Tests.Harness;

namespace Flyball.Tests.Faults;

/// <summary>Clients that connect and then say nothing, or half of something, do not keep others out.</summary>
public sealed partial class IdleClientTests
{
    private const int Idle = 20_000;
    private const int DescriptorLimit = 7;

    [Theory]
    [InlineData("20000")]
    [InlineData("2000")]
    public async Task Gateway_TwentyThousandSilentClients_OthersAreServed(string connectionsMax)
    {
        await using Platform platform = await Platform.StartAsync(separateRoles: true);
        int port = Ports.Next();
        Running gateway = await platform.StartGatewayAsync(
            port, Ports.Next(), Path.Combine(platform.Directory, "gateway2"),
            "--gateway-connections-max", connectionsMax);
        await platform.ApplyAsync(ComposeText.Web());
        await platform.WaitForAsync("t.web", 2);
        long before = Resident(gateway);

        // Beyond what descriptors allow here or there, connections displace one another all the same.
        int count = Math.Min(Idle, (int)Descriptors() - 1_000);
        var silent = new List<Socket>();
        try
        {
            for (int i = 0; i < count; i++)
            {
                var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
                silent.Add(socket);
                await socket.ConnectAsync(IPAddress.Loopback, port);
                if (i % 3 == 1) _ = await TrySendAsync(socket, "GET / HTTP/1.1\r\nHo"u8.ToArray());
                if (i % 3 == 2) socket.Shutdown(SocketShutdown.Send);
            }

            await using WrkLoad load = WrkLoad.Start(port, ComposeText.Host, "/products");
            for (int i = 0; i < 200; i++) await AskAsync(port);
            LoadReport report = await load.StopAsync();
            Assert.True(report.Failed == 0, report.Text);
            Assert.True(report.Requests > 0, report.Text);
            long grown = Resident(gateway) - before;
            Assert.True(grown < 200L << 20, $"{grown >> 20} MiB for {count} silent clients");
        }
        finally
        {
            foreach (Socket socket in silent) socket.Dispose();
        }
    }

    /// <summary>A new connection each time.</summary>
    private static async Task AskAsync(int port)
    {
        using var client = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Get, $"http://127.0.0.1:{port}/products");
        request.Headers.Host = ComposeText.Host;
        using HttpResponseMessage answer = await client.SendAsync(request, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    private static async Task<bool> TrySendAsync(Socket socket, byte[] bytes)
    {
        try
        {
            await socket.SendAsync(bytes);
            return true;
        }
        catch (SocketException)
        {
            // Displaced already.
            return false;
        }
    }

    private static long Resident(Running running) => long.Parse(
        File.ReadLines($"/proc/{running.Process.Id}/status")
            .First(line => line.StartsWith("VmRSS:", StringComparison.Ordinal))
            .Split(' ', StringSplitOptions.RemoveEmptyEntries)[^2].Trim()) * 1024;

    private static ulong Descriptors()
    {
        Span<ulong> limits = stackalloc ulong[2];
        return GetLimit(DescriptorLimit, limits) == 0 ? limits[0] : 1_024;
    }

    [LibraryImport("libc", EntryPoint = "getrlimit")]
    private static partial int GetLimit(int resource, Span<ulong> limits);
}
