using System.Globalization;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Text;

namespace Flyball.Gateway.Tests;

/// <summary>An answer as it stood on the wire, its body without the framing.</summary>
internal sealed record RawAnswer(string Head, string Body, string Trailers)
{
    public int Status => int.Parse(Head.AsSpan(9, 3), CultureInfo.InvariantCulture);

    public string? Header(string name)
    {
        foreach (string line in Head.Split("\r\n").Skip(1))
        {
            if (line.StartsWith(name + ":", StringComparison.OrdinalIgnoreCase))
                return line[(name.Length + 1)..].Trim();
        }

        return null;
    }
}

/// <summary>One client connection on which exact bytes are sent and answers are read one by one.</summary>
internal sealed class RawConnection : IDisposable
{
    /// <summary>Named in the handshake.</summary>
    public const string HostOverTls = "gateway.test";

    private readonly TcpClient client = new() { NoDelay = true };
    private Stream stream = Stream.Null;
    private readonly List<byte> unread = [];
    private readonly byte[] buffer = new byte[64 * 1024];

    public Socket Socket => client.Client;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static async Task<RawConnection> OpenAsync(int port, bool secure = false)
    {
        var connection = new RawConnection();
        await connection.client.ConnectAsync(IPAddress.Loopback, port, Cancellation);
        connection.stream = connection.client.GetStream();
        if (!secure) return connection;
        var tls = new SslStream(connection.stream, false, (_, shown, _, _) => shown is not null);
        connection.stream = tls;
        var options = new SslClientAuthenticationOptions
        {
            TargetHost = HostOverTls, ApplicationProtocols = [SslApplicationProtocol.Http11],
        };
        await tls.AuthenticateAsClientAsync(options, Cancellation);
        return connection;
    }

    public Task SendAsync(string text) => SendAsync(Encoding.Latin1.GetBytes(text));

    /// <exception cref="IOException">The peer has closed the connection.</exception>
    public async Task SendAsync(byte[] bytes)
    {
        if (!client.Connected) throw new IOException("The connection was reset.");
        await stream.WriteAsync(bytes, Cancellation);
    }

    /// <summary>The next answer, interim ones included.</summary>
    public async Task<RawAnswer> ReadAsync(bool toHead = false)
    {
        string head = await UntilAsync("\r\n\r\n");
        var answer = new RawAnswer(head, "", "");
        if (toHead || answer.Status is < 200 or 204 or 304) return answer;
        if (answer.Header("Content-Length") is { } length)
            return answer with { Body = await TakeAsync(int.Parse(length, CultureInfo.InvariantCulture)) };
        if (answer.Header("Transfer-Encoding") == "chunked") return await ChunksAsync(answer);
        return answer with { Body = await RestAsync() };
    }

    /// <summary>Everything until the connection ends, by a reset too.</summary>
    public async Task<string> RestAsync()
    {
        while (await FillAsync())
        {
        }

        return await TakeAsync(unread.Count);
    }

    public void Dispose() => client.Dispose();

    private async Task<RawAnswer> ChunksAsync(RawAnswer answer)
    {
        var body = new StringBuilder();
        while (true)
        {
            string line = await UntilAsync("\r\n");
            int size = int.Parse(line.AsSpan(0, line.Length - 2), NumberStyles.HexNumber, CultureInfo.InvariantCulture);
            if (size == 0) break;
            body.Append(await TakeAsync(size));
            Assert.Equal("\r\n", await TakeAsync(2));
        }

        var trailers = new StringBuilder();
        while (await UntilAsync("\r\n") is { Length: > 2 } trailer) trailers.Append(trailer);
        return answer with { Body = body.ToString(), Trailers = trailers.ToString() };
    }

    private async Task<string> UntilAsync(string end)
    {
        while (true)
        {
            int at = Encoding.Latin1.GetString([.. unread]).IndexOf(end, StringComparison.Ordinal);
            if (at >= 0) return await TakeAsync(at + end.Length);
            if (!await FillAsync())
                throw new IOException($"Ended after '{Encoding.Latin1.GetString([.. unread])}'.");
        }
    }

    private async Task<string> TakeAsync(int count)
    {
        while (unread.Count < count)
        {
            if (!await FillAsync()) throw new IOException($"Ended {count - unread.Count} bytes early.");
        }

        string taken = Encoding.Latin1.GetString([.. unread.Take(count)]);
        unread.RemoveRange(0, count);
        return taken;
    }

    private async Task<bool> FillAsync()
    {
        try
        {
            int read = await stream.ReadAsync(buffer, Cancellation);
            unread.AddRange(buffer.AsSpan(0, read));
            return read > 0;
        }
        catch (Exception e) when (e is IOException or InvalidOperationException)
        {
            // Reset, perhaps before anything was read.
            return false;
        }
    }
}
