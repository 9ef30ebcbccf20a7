using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Flyball.Gateway.Tests;

/// <summary>Sends exact bytes and returns all that comes back until the connection closes.</summary>
internal static class RawClient
{
    public static async Task<string> ExchangeAsync(int port, string request)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, port, TestContext.Current.CancellationToken);
        NetworkStream stream = client.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes(request), TestContext.Current.CancellationToken);
        using var all = new MemoryStream();
        try
        {
            await stream.CopyToAsync(all, TestContext.Current.CancellationToken);
        }
        catch (IOException)
        {
            // A reset after the answer: what came before it is what counts.
        }

        return Encoding.ASCII.GetString(all.ToArray());
    }
}
