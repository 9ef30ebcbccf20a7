using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Flyball.Load.Tests.Driving;

/// <summary>A server that answers as a test says; requests are numbered from 1 on over all connections.</summary>
internal sealed class ScriptedServer : IAsyncDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource stopping = new();
    private readonly Func<int, Task<string?>> answer;
    private readonly Task accepting;
    private int requests;

    /// <param name="answer">The bytes of the answer; null closes the connection instead.</param>
    public ScriptedServer(Func<int, Task<string?>> answer)
    {
        this.answer = answer;
        listener.Start();
        accepting = AcceptAsync();
    }

    public IPEndPoint Address => (IPEndPoint)listener.LocalEndpoint;

    public int Requests => requests;

    public async ValueTask DisposeAsync()
    {
        await stopping.CancelAsync();
        // Only then: a listener that has stopped cannot be asked for the next client.
        await accepting;
        listener.Stop();
        stopping.Dispose();
    }

    public static string Good(int status = 200) =>
        $"HTTP/1.1 {status} X\r\nContent-Length: 2\r\n\r\nok";

    private async Task AcceptAsync()
    {
        try
        {
            while (true) _ = ServeAsync(await listener.AcceptTcpClientAsync(stopping.Token));
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException)
        {
            // The test is over.
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        try
        {
            using (client)
            {
                client.NoDelay = true;
                NetworkStream stream = client.GetStream();
                while (await HasRequestAsync(stream))
                {
                    if (await answer(Interlocked.Increment(ref requests)) is not { } text) return;
                    await stream.WriteAsync(Encoding.ASCII.GetBytes(text), stopping.Token);
                }
            }
        }
        catch (Exception e) when (e is IOException or OperationCanceledException)
        {
            // The generator gave the connection up.
        }
    }

    private async Task<bool> HasRequestAsync(NetworkStream stream)
    {
        var head = new StringBuilder();
        byte[] one = new byte[1];
        while (!head.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal))
        {
            if (await stream.ReadAsync(one, stopping.Token) == 0) return false;
            head.Append((char)one[0]);
        }

        return true;
    }
}
