using Microsoft.AspNetCore.Http;

namespace Flyball.Gateway.Tests.FastPath;

/// <summary>
/// A request that hides another one in a body that only one of two servers sees: refused, with no effect on others.
/// </summary>
public abstract class SmugglingTests(Way way)
{
    private const string Hidden = "GET /smuggled HTTP/1.1\r\nHost: h\r\n\r\n";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static TheoryData<string, string> Corpus()
    {
        string Post(string fields, string body) => $"POST /outer HTTP/1.1\r\nHost: h\r\n{fields}\r\n{body}";
        return new TheoryData<string, string>
        {
            { "CL.TE", Post($"Content-Length: {5 + Hidden.Length}\r\nTransfer-Encoding: chunked\r\n",
                "0\r\n\r\n" + Hidden) },
            { "TE.CL", Post("Transfer-Encoding: chunked\r\nContent-Length: 4\r\n",
                $"{Hidden.Length:x}\r\n{Hidden}\r\n0\r\n\r\n") },
            { "TE.TE", Post("Transfer-Encoding: chunked\r\nTransfer-Encoding: x\r\n", "0\r\n\r\n" + Hidden) },
            { "TE.TE, space", Post($"Content-Length: {Hidden.Length}\r\nTransfer-Encoding : chunked\r\n", Hidden) },
            { "TE, tab", Post($"Content-Length: {Hidden.Length}\r\nTransfer-Encoding:\u000bchunked\r\n", Hidden) },
            { "TE, quoted", Post("Transfer-Encoding: \"chunked\"\r\n", "0\r\n\r\n" + Hidden) },
            { "TE, folded", Post("X: y\r\n Transfer-Encoding: chunked\r\n", "0\r\n\r\n" + Hidden) },
            { "CL.CL", Post($"Content-Length: 0\r\nContent-Length: {Hidden.Length}\r\n", Hidden) },
            { "CL list", Post($"Content-Length: 0, {Hidden.Length}\r\n", Hidden) },
            { "CL plus", Post($"Content-Length: +{Hidden.Length}\r\n", Hidden) },
            { "CL minus", Post("Content-Length: -1\r\n", Hidden) },
            { "CL space", Post($"Content-Length : {Hidden.Length}\r\n", Hidden) },
            { "bare LF", $"POST /outer HTTP/1.1\nHost: h\nContent-Length: {Hidden.Length}\n\n{Hidden}" },
            { "bare LF in a header", Post("X: y\nContent-Length: 0\r\n", Hidden) },
            { "bare CR in a header", Post("X: y\rContent-Length: 0\r\n", Hidden) },
            { "NUL in a name", Post($"Content-Length\0: {Hidden.Length}\r\n", Hidden) },
            { "NUL in a value", Post("X: y\0z\r\n", Hidden) },
            { "chunk with a sign", Post("Transfer-Encoding: chunked\r\n", "+0\r\n\r\n" + Hidden) },
            { "chunk with a prefix", Post("Transfer-Encoding: chunked\r\n", "0x0\r\n\r\n" + Hidden) },
            { "chunk with a bare LF", Post("Transfer-Encoding: chunked\r\n", "0\n\n" + Hidden) },
            { "chunk too large", Post("Transfer-Encoding: chunked\r\n", "10000000000000000\r\n" + Hidden) },
            { "chunk without its end", Post("Transfer-Encoding: chunked\r\n", "1\r\nab0\r\n\r\n" + Hidden) },
            { "two hosts", $"POST /outer HTTP/1.1\r\nHost: h\r\nHost: g\r\nContent-Length: 0\r\n\r\n{Hidden}" },
            { "no host", $"POST /outer HTTP/1.1\r\nContent-Length: 0\r\n\r\n{Hidden}" },
            { "two hosts, absolute", $"GET http://g/outer HTTP/1.1\r\nHost: h\r\n\r\n{Hidden}" },
        };
    }

    [Theory]
    [MemberData(nameof(Corpus))]
    public async Task Request_Ambiguous_NeverReachesTheBackEndAsTwo(string name, string request)
    {
        int smuggled = 0;
        await using KestrelBackend backend = await KestrelBackend.StartAsync(context =>
        {
            if (context.Request.Path == "/smuggled") Interlocked.Increment(ref smuggled);
            return context.Response.WriteAsync("other", Cancellation);
        });
        // What Kestrel takes for a whole request leaves the connection open: not for long.
        await using GatewayUnderTest gateway = await GatewayUnderTest.StartAsync(
            way, options => way.IsFast() ? options : options with { KeepAliveTimeout = TimeSpan.FromSeconds(1) });
        await gateway.RouteAsync();
        await gateway.EndpointAsync("a1", backend.Address);
        using RawConnection other = await gateway.ConnectAsync();
        await other.SendAsync("GET /other HTTP/1.1\r\nHost: h\r\n\r\n");
        Assert.Equal("other", (await other.ReadAsync()).Body);

        string answer = await gateway.ExchangeAsync(request);

        // Kestrel takes some of these by the letter of the RFC (chunks go before a length); the loops take none.
        if (way.IsFast()) Assert.StartsWith("HTTP/1.1 400 ", answer, StringComparison.Ordinal);
        Assert.True(smuggled == 0, $"{name}: the back end saw the hidden request.");
        using RawConnection after = way.IsFast() ? other : await gateway.ConnectAsync();
        await after.SendAsync("GET /other HTTP/1.1\r\nHost: h\r\n\r\n");
        Assert.Equal("other", (await after.ReadAsync()).Body);
    }
}
