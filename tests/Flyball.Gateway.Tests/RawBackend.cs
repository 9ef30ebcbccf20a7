using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Flyball.Gateway.Tests;

/// <summary>
/// A back end that does to each connection whatever a test says, after it has read a request's headers.
/// </summary>
internal sealed class RawBackend : IAsyncDisposable
{
    /// <summary>It has an address and does not listen; no other socket gets the port while the tests run.</summary>
    private static readonly Socket Silent = NewSilent();

    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource stopped = new();
    private readonly Func<NetworkStream, CancellationToken, Task> behaviour;
    private int requests;

    public RawBackend(Func<NetworkStream, CancellationToken, Task> behaviour)
    {
        this.behaviour = behaviour;
        listener.Start();
        _ = AcceptAsync();
    }

    public IPEndPoint Address => (IPEndPoint)listener.LocalEndpoint;

    public int Requests => Volatile.Read(ref requests);

    /// <summary>Answers with these bytes and closes.</summary>
    public static RawBackend Says(string bytes) =>
        new((stream, token) => stream.WriteAsync(Encoding.ASCII.GetBytes(bytes), token).AsTask());

    /// <summary>Closes with a reset.</summary>
    public static RawBackend Resets() => new((stream, _) =>
    {
        stream.Socket.LingerState = new LingerOption(true, 0);
        return Task.CompletedTask;
    });

    /// <summary>Never answers.</summary>
    public static RawBackend Hangs() => new((_, token) => Task.Delay(Timeout.Infinite, token));

    /// <summary>An address where nothing listens, and nothing will.</summary>
    public static IPEndPoint Nobody() => (IPEndPoint)Silent.LocalEndPoint!;

    /// <summary>An address that is free now, for somebody to listen at.</summary>
    public static IPEndPoint FreeAddress()
    {
        using Socket probe = NewSilent();
        return (IPEndPoint)probe.LocalEndPoint!;
    }

    public async ValueTask DisposeAsync()
    {
        await stopped.CancelAsync();
        listener.Stop();
        stopped.Dispose();
    }

    private static Socket NewSilent()
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return socket;
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true) _ = ServeAsync(await listener.AcceptTcpClientAsync(stopped.Token));
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using (client)
        {
            try
            {
                NetworkStream stream = client.GetStream();
                await ReadHeadersAsync(stream);
                Interlocked.Increment(ref requests);
                await behaviour(stream, stopped.Token);
            }
            catch (Exception e) when (
                e is OperationCanceledException or IOException or SocketException or ObjectDisposedException)
            {
            }
        }
    }

    private async Task ReadHeadersAsync(NetworkStream stream)
    {
        var seen = new StringBuilder();
        byte[] buffer = new byte[4096];
        while (!seen.ToString().Contains("\r\n\r\n", StringComparison.Ordinal))
        {
            int read = await stream.ReadAsync(buffer, stopped.Token);
            if (read == 0) throw new IOException("No request.");
            seen.Append(Encoding.ASCII.GetString(buffer, 0, read));
        }
    }
}
