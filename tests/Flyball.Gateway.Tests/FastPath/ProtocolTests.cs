using System.Text;
using Microsoft.AspNetCore.Http;

namespace Flyball.Gateway.Tests.FastPath;

/// <summary>HTTP/1.1 as clients and back ends really speak it, over both paths.</summary>
public abstract class ProtocolTests(Way way) : IAsyncLifetime
{
    private GatewayUnderTest gateway = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        gateway = await GatewayUnderTest.StartAsync(way);
        await gateway.RouteAsync();
    }

    public ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return gateway.DisposeAsync();
    }

    private async Task<KestrelBackend> KestrelAsync(RequestDelegate answer)
    {
        KestrelBackend backend = await KestrelBackend.StartAsync(answer);
        await gateway.EndpointAsync("a1", backend.Address);
        return backend;
    }

    private async Task<RawBackend> RawAsync(string answer)
    {
        RawBackend backend = RawBackend.Says(answer);
        await gateway.EndpointAsync("a1", backend.Address);
        return backend;
    }

    private Task<RawConnection> ConnectAsync() => gateway.ConnectAsync();

    [Fact]
    public async Task Pipelined_Requests_AreAnsweredInOrder()
    {
        await using KestrelBackend backend = await KestrelAsync(async context =>
        {
            using var body = new StreamReader(context.Request.Body);
            await context.Response.WriteAsync(context.Request.Path + await body.ReadToEndAsync(Cancellation));
        });
        using RawConnection client = await ConnectAsync();
        var all = new StringBuilder();
        for (int i = 0; i < 50; i++)
        {
            all.Append((i % 3) switch
            {
                0 => $"GET /{i} HTTP/1.1\r\nHost: h\r\n\r\n",
                1 => $"POST /{i} HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\n\r\nab",
                _ => $"POST /{i} HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n"
                    + "1;x\r\na\r\n1\r\nb\r\n0\r\n\r\n",
            });
        }

        await client.SendAsync(all.ToString());
        for (int i = 0; i < 50; i++)
            Assert.Equal($"/{i}{(i % 3 == 0 ? "" : "ab")}", (await client.ReadAsync()).Body);
        Assert.Equal(50, backend.Requests);
    }

    [Fact]
    public async Task Pipelined_BehindALongChunkedBody_IsAnsweredToo()
    {
        await using KestrelBackend backend = await KestrelAsync(async context =>
        {
            using var body = new MemoryStream();
            await context.Request.Body.CopyToAsync(body, Cancellation);
            await context.Response.WriteAsync($"{context.Request.Path}:{body.Length}");
        });
        using RawConnection client = await ConnectAsync();
        string chunk = new('c', 30_000);
        await client.SendAsync(
            "PUT /1 HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n"
            + string.Concat(Enumerable.Repeat($"{chunk.Length:x}\r\n{chunk}\r\n", 5)) + "0\r\n\r\n"
            + "GET /2 HTTP/1.1\r\nHost: h\r\n\r\n");

        Assert.Equal("/1:150000", (await client.ReadAsync()).Body);
        Assert.Equal("/2:0", (await client.ReadAsync()).Body);
    }

    [Theory]
    [InlineData("", true)]
    [InlineData("Connection: keep-alive\r\n", false)]
    public async Task Http10Client_GetsNoChunksAndItsKindOfConnection(string header, bool closes)
    {
        await using KestrelBackend backend = await KestrelAsync(async context =>
        {
            if (context.Request.Path == "/length") context.Response.ContentLength = 3;
            await context.Response.WriteAsync("one", Cancellation);
        });
        using RawConnection client = await ConnectAsync();
        await client.SendAsync($"GET /length HTTP/1.0\r\nHost: h\r\n{header}\r\n");
        RawAnswer first = await client.ReadAsync();
        Assert.Equal((200, "one"), (first.Status, first.Body));
        if (closes)
        {
            Assert.Equal("", await client.RestAsync());
            return;
        }

        Assert.Equal("keep-alive", first.Header("Connection"), ignoreCase: true);
        await client.SendAsync($"GET /chunks HTTP/1.0\r\nHost: h\r\n{header}\r\n");
        RawAnswer second = await client.ReadAsync();
        Assert.Null(second.Header("Transfer-Encoding"));
        Assert.Equal("one", second.Body);
    }

    [Fact]
    public async Task Answer_UntilTheConnectionEnds_BecomesChunksAndTheClientsConnectionGoesOn()
    {
        await using RawBackend backend = await RawAsync("HTTP/1.0 200 OK\r\nX-Own: yes\r\n\r\nall there is");
        using RawConnection client = await ConnectAsync();
        for (int i = 0; i < 2; i++)
        {
            await client.SendAsync("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
            RawAnswer answer = await client.ReadAsync();
            Assert.Equal(("all there is", "chunked", "yes"),
                (answer.Body, answer.Header("Transfer-Encoding"), answer.Header("X-Own")));
            Assert.NotNull(answer.Header("Date"));
        }
    }

    [Fact]
    public async Task Answer_ChunkedWithTrailers_PassesThem()
    {
        await using RawBackend backend = await RawAsync(
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTrailer: X-Sum\r\n\r\n"
            + "3;ext\r\none\r\n0\r\nX-Sum: 7\r\n\r\n");
        using RawConnection client = await ConnectAsync();
        await client.SendAsync("GET / HTTP/1.1\r\nHost: h\r\nTE: trailers\r\n\r\n");
        RawAnswer answer = await client.ReadAsync();
        // The other path's client library has no trailers over HTTP/1.1.
        Assert.Equal(("one", way.IsFast() ? "X-Sum: 7\r\n" : ""), (answer.Body, answer.Trailers));
    }

    [Theory]
    [InlineData("HEAD", "HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n", 200)]
    [InlineData("GET", "HTTP/1.1 204 No Content\r\n\r\n", 204)]
    [InlineData("GET", "HTTP/1.1 304 Not Modified\r\nETag: \"x\"\r\n\r\n", 304)]
    public async Task Answer_WithoutABody_LeavesTheConnectionClean(string method, string answer, int status)
    {
        await using RawBackend backend = await RawAsync(answer);
        using RawConnection client = await ConnectAsync();
        for (int i = 0; i < 3; i++)
        {
            await client.SendAsync($"{method} / HTTP/1.1\r\nHost: h\r\n\r\n");
            Assert.Equal(status, (await client.ReadAsync(toHead: method == "HEAD")).Status);
        }
    }

    [Fact]
    public async Task Expect100_ClientWaitsForTheWordBeforeItsBody()
    {
        await using KestrelBackend backend = await KestrelAsync(async context =>
        {
            using var body = new StreamReader(context.Request.Body);
            await context.Response.WriteAsync(await body.ReadToEndAsync(Cancellation));
        });
        using RawConnection client = await ConnectAsync();
        await client.SendAsync("PUT / HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n");
        Assert.Equal(100, (await client.ReadAsync()).Status);
        await client.SendAsync("hello");
        Assert.Equal("hello", (await client.ReadAsync()).Body);
    }

    [Fact]
    public async Task HopByHopHeaders_ConcernOneConnection()
    {
        await using KestrelBackend backend = await KestrelAsync(context =>
        {
            context.Response.Headers["Keep-Alive"] = "timeout=5";
            context.Response.Headers["Server"] = "secret";
            context.Response.Headers["X-Powered-By"] = "secret";
            return context.Response.WriteAsync(string.Join('\n', context.Request.Headers.Select(h => h.Key)));
        });
        using RawConnection client = await ConnectAsync();
        await client.SendAsync(
            "GET / HTTP/1.1\r\nHost: h\r\nKeep-Alive: x\r\nProxy-Authorization: x\r\nTE: trailers\r\n"
            + "Connection: keep-alive\r\nUpgrade: h2c\r\nX-Kept: y\r\n\r\n");
        RawAnswer answer = await client.ReadAsync();
        Assert.Contains("X-Kept", answer.Body, StringComparison.Ordinal);
        foreach (string hop in new[] { "Keep-Alive", "Proxy-Authorization", "TE\n", "Connection", "Upgrade" })
            Assert.DoesNotContain(hop, answer.Body, StringComparison.Ordinal);
        foreach (string hidden in new[] { "Keep-Alive", "Server", "X-Powered-By" })
            Assert.Null(answer.Header(hidden));
    }

    [Fact]
    public async Task SlowReader_HoldsTheBackEndBackAndGetsAll()
    {
        const int Length = 64 * 1024 * 1024;
        long sent = 0;
        await using KestrelBackend backend = await KestrelAsync(async context =>
        {
            if (context.Request.Path != "/long") return;
            context.Response.ContentLength = Length;
            byte[] block = new byte[64 * 1024];
            for (int i = 0; i < Length / block.Length; i++)
            {
                await context.Response.Body.WriteAsync(block, Cancellation);
                Interlocked.Add(ref sent, block.Length);
            }
        });
        using HttpResponseMessage answer =
            await gateway.Client.GetAsync("/long", HttpCompletionOption.ResponseHeadersRead, Cancellation);
        await using Stream body = await answer.Content.ReadAsStreamAsync(Cancellation);
        byte[] block = new byte[256 * 1024];
        long read = await body.ReadAsync(block, Cancellation);
        // Others are served meanwhile, and what is under way fits the kernel's buffers: the back end is far from done.
        for (int i = 0; i < 50; i++) await gateway.Client.GetStringAsync("/", Cancellation);
        Assert.InRange(Interlocked.Read(ref sent), 1, Length - 1);
        while (await body.ReadAsync(block, Cancellation) is > 0 and int got) read += got;
        Assert.Equal(Length, read);
    }

    [Fact]
    public async Task SlowBackEnd_GetsALongBodyWhole()
    {
        await using KestrelBackend backend = await KestrelAsync(async context =>
        {
            byte[] block = new byte[8 * 1024];
            long sum = 0;
            while (await context.Request.Body.ReadAsync(block, Cancellation) is > 0 and int got)
            {
                await Task.Yield();
                foreach (byte one in block.AsSpan(0, got)) sum += one;
            }

            await context.Response.WriteAsync(sum.ToString(), Cancellation);
        });
        byte[] body = new byte[8 * 1024 * 1024];
        new Random(4).NextBytes(body);
        using HttpResponseMessage answer =
            await gateway.Client.PostAsync("/", new ByteArrayContent(body), Cancellation);
        Assert.Equal(body.Sum(one => (long)one).ToString(), await answer.Content.ReadAsStringAsync(Cancellation));
    }
}
