using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Flyball.Discovery.Tests.Parking;

/// <summary>A connection to a door, with answers that have a length.</summary>
internal sealed class RawClient : IDisposable
{
    private readonly Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly byte[] buffer = new byte[256 * 1024];
    private string unread = "";

    public RawClient(IPEndPoint door) => socket.Connect(door);

    public async Task SendAsync(string text) =>
        await socket.SendAsync(Encoding.ASCII.GetBytes(text), TestContext.Current.CancellationToken);

    /// <summary>The next answer, head and body.</summary>
    public async Task<string> ReadAsync()
    {
        while (true)
        {
            int end = unread.IndexOf("\r\n\r\n", StringComparison.Ordinal);
            if (end >= 0 && unread.Length >= end + 4 + LengthOf(unread[..end]))
            {
                int length = end + 4 + LengthOf(unread[..end]);
                string answer = unread[..length];
                unread = unread[length..];
                return answer;
            }

            Assert.True(await ReceiveAsync(), $"The server closed after: {unread}");
        }
    }

    /// <summary>An answer without a body.</summary>
    public async Task<string> ReadHeadAsync()
    {
        while (true)
        {
            int end = unread.IndexOf("\r\n\r\n", StringComparison.Ordinal);
            if (end >= 0)
            {
                string head = unread[..(end + 4)];
                unread = unread[head.Length..];
                return head;
            }

            Assert.True(await ReceiveAsync(), $"The server closed after: {unread}");
        }
    }

    /// <summary>Closes its half of the connection.</summary>
    public void SendNoMore() => socket.Shutdown(SocketShutdown.Send);

    /// <summary>Whether the server closes without an answer.</summary>
    public async Task<bool> IsClosedAsync(string request = "")
    {
        try
        {
            if (request.Length > 0) await SendAsync(request);
            return !await ReceiveAsync();
        }
        catch (SocketException)
        {
            return true;
        }
    }

    public void Close(bool isReset)
    {
        if (isReset) socket.LingerState = new LingerOption(true, 0);
        socket.Close();
    }

    public void Dispose() => socket.Dispose();

    private static int LengthOf(string head)
    {
        const string Name = "Content-Length: ";
        int at = head.IndexOf(Name, StringComparison.Ordinal) + Name.Length;
        int end = head.IndexOf('\r', at);
        return int.Parse(end < 0 ? head.AsSpan(at) : head.AsSpan(at, end - at), CultureInfo.InvariantCulture);
    }

    private async Task<bool> ReceiveAsync()
    {
        int got = await socket.ReceiveAsync(buffer, TestContext.Current.CancellationToken);
        unread += Encoding.ASCII.GetString(buffer, 0, got);
        return got > 0;
    }
}
