using System.Net;
using System.Net.Sockets;

namespace Flyball.Tests.Harness;

/// <summary>A TCP relay between two roles that a test can cut, as a switch or a cable would.</summary>
internal sealed class Relay : IAsyncDisposable
{
    private readonly int target;
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource ended = new();
    private readonly HashSet<TcpClient> open = [];
    private readonly Task accepting;
    private volatile bool cut;

    public Relay(int targetPort)
    {
        target = targetPort;
        listener.Start();
        accepting = AcceptAsync();
    }

    public int Port => ((IPEndPoint)listener.LocalEndpoint).Port;

    public void Cut()
    {
        cut = true;
        lock (open)
        {
            foreach (TcpClient client in open) client.Dispose();
            open.Clear();
        }
    }

    public void Mend() => cut = false;

    public async ValueTask DisposeAsync()
    {
        await ended.CancelAsync();
        await accepting;
        listener.Stop();
        Cut();
        ended.Dispose();
    }

    private async Task AcceptAsync()
    {
        while (!ended.IsCancellationRequested)
        {
            try
            {
                TcpClient client = await listener.AcceptTcpClientAsync(ended.Token);
                if (cut) client.Dispose();
                else _ = RelayAsync(client);
            }
            catch (Exception e) when (e is OperationCanceledException or SocketException)
            {
                return;
            }
        }
    }

    private async Task RelayAsync(TcpClient client)
    {
        using var server = new TcpClient();
        lock (open) open.Add(client);
        lock (open) open.Add(server);
        try
        {
            await server.ConnectAsync(IPAddress.Loopback, target, ended.Token);
            Task up = client.GetStream().CopyToAsync(server.GetStream(), ended.Token);
            Task down = server.GetStream().CopyToAsync(client.GetStream(), ended.Token);
            await Task.WhenAny(up, down);
        }
        catch (Exception e) when (e is IOException or SocketException or OperationCanceledException or ObjectDisposedException or InvalidOperationException)
        {
            // Cut, or one side hung up: both ends see it.
        }

        client.Dispose();
        lock (open)
        {
            open.Remove(client);
            open.Remove(server);
        }
    }
}
