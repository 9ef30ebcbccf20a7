using System.Net;
using System.Text;
using Flyball.Contracts.Agent;
using Flyball.Gateway.Health;
using Microsoft.AspNetCore.Http;

namespace Flyball.Gateway.Tests.Forwarding;

/// <summary>Back ends that misbehave beside one that works, and alone.</summary>
public abstract class FaultTests(Way way)
{
    /// <summary>Enough requests that the bad endpoint is drawn with certainty, before and after its ejection.</summary>
    private const int Requests = 40;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static TheoryData<string> Faults() =>
        ["resets", "closes", "half-status", "half-headers", "garbage", "binary", "truncated", "huge-headers",
            "refuses"];

    private static (RawBackend? Backend, IPEndPoint Address) Make(string fault)
    {
        if (fault == "refuses") return (null, RawBackend.Nobody());
        RawBackend backend = fault switch
        {
            "resets" => RawBackend.Resets(),
            "closes" => RawBackend.Says(""),
            "half-status" => RawBackend.Says("HTTP/1.1 20"),
            "half-headers" => RawBackend.Says("HTTP/1.1 200 OK\r\nContent-Length: 5\r\nX-Ha"),
            "garbage" => RawBackend.Says("220 smtp.example.com ESMTP\r\n\r\n"),
            "binary" => RawBackend.Says("\u0001\u0002\u0003\u0000\r\n\r\n"),
            "truncated" => RawBackend.Says("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n"),
            "huge-headers" => RawBackend.Says($"HTTP/1.1 200 OK\r\nX: {new string('x', 100_000)}\r\n\r\n"),
            _ => throw new ArgumentOutOfRangeException(nameof(fault)),
        };
        return (backend, backend.Address);
    }

    [Theory]
    [MemberData(nameof(Faults))]
    public async Task IdempotentRequest_OneEndpointBad_NeverFails(string fault)
    {
        await using KestrelBackend good =
            await KestrelBackend.StartAsync(context => context.Response.WriteAsync("good"));
        (RawBackend? bad, IPEndPoint address) = Make(fault);
        await using GatewayUnderTest gateway = await GatewayUnderTest.StartAsync(way);
        await gateway.RouteAsync();
        await gateway.EndpointAsync("bad", address);
        await gateway.EndpointAsync("good", good.Address);

        for (int i = 0; i < Requests; i++)
        {
            using HttpResponseMessage answer = await gateway.Client.GetAsync("/", Cancellation);
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            Assert.Equal("good", await answer.Content.ReadAsStringAsync(Cancellation));
        }

        if (bad is null) return;
        // The cap is half of two: the bad one was tried until it was ejected, and not after.
        Assert.Equal(gateway.Options.Outliers.FailuresMax, bad.Requests);
        await bad.DisposeAsync();
    }

    [Theory]
    [MemberData(nameof(Faults))]
    public async Task Request_OnlyBadEndpoints_Is502WithReason(string fault)
    {
        (RawBackend? bad, IPEndPoint address) = Make(fault);
        await using GatewayUnderTest gateway = await GatewayUnderTest.StartAsync(way);
        await gateway.RouteAsync();
        await gateway.EndpointAsync("bad", address);

        using HttpResponseMessage answer = await gateway.Client.GetAsync("/", Cancellation);

        Assert.Equal(HttpStatusCode.BadGateway, answer.StatusCode);
        Assert.Contains("shop.web failed after 3 tries", await answer.Content.ReadAsStringAsync(Cancellation),
            StringComparison.Ordinal);
        if (bad is null) return;
        Assert.Equal(3, bad.Requests);
        await bad.DisposeAsync();
    }

    /// <summary>
    /// One instance has just died, the other one is well again though its check does not say so yet.
    /// </summary>
    [Fact]
    public async Task Request_ReadyOneRefusesAndOneFailsItsCheck_IsAnsweredByThatOne()
    {
        await using KestrelBackend well =
            await KestrelBackend.StartAsync(context => context.Response.WriteAsync("well again"));
        await using GatewayUnderTest gateway = await GatewayUnderTest.StartAsync(way);
        await gateway.RouteAsync();
        await gateway.EndpointAsync("dead", RawBackend.Nobody());
        await gateway.EndpointAsync("well", well.Address, HealthState.Critical);

        using HttpResponseMessage answer = await gateway.Client.GetAsync("/", Cancellation);

        Assert.Equal("well again", await answer.Content.ReadAsStringAsync(Cancellation));
    }

    [Theory]
    [InlineData("resets", null)]
    [InlineData("resets", "once")]
    [InlineData("closes", null)]
    [InlineData("closes", "once")]
    public async Task Post_ConnectedAndCutOff_IsNotRepeated(string fault, string? body)
    {
        await using RawBackend bad = fault == "resets" ? RawBackend.Resets() : RawBackend.Says("");
        await using GatewayUnderTest gateway = await GatewayUnderTest.StartAsync(way);
        await gateway.RouteAsync();
        await gateway.EndpointAsync("bad", bad.Address);

        using HttpResponseMessage answer =
            await gateway.Client.PostAsync("/", body is null ? null : new StringContent(body), Cancellation);

        Assert.Equal(HttpStatusCode.BadGateway, answer.StatusCode);
        Assert.Equal(1, bad.Requests);
    }

    [Fact]
    public async Task Post_Refused_GoesElsewhereWithItsBody()
    {
        await using KestrelBackend good = await KestrelBackend.StartAsync(
            context => context.Request.Body.CopyToAsync(context.Response.Body, Cancellation));
        await using GatewayUnderTest gateway = await GatewayUnderTest.StartAsync(way);
        await gateway.RouteAsync();
        await gateway.EndpointAsync("bad", RawBackend.Nobody());
        await gateway.EndpointAsync("good", good.Address);
        byte[] body = new byte[200_000];
        new Random(3).NextBytes(body);

        for (int i = 0; i < Requests; i++)
        {
            using HttpResponseMessage answer =
                await gateway.Client.PostAsync("/", new ByteArrayContent(body), Cancellation);
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            Assert.Equal(body, await answer.Content.ReadAsByteArrayAsync(Cancellation));
        }
    }

    [Theory]
    [InlineData(60_000, HttpStatusCode.OK)]
    [InlineData(200_000, HttpStatusCode.BadGateway)]
    public async Task Put_ResetAfterTheBodyWasRead_IsRepeatedOnlyWhileTheBodyIsKept(int length, HttpStatusCode expected)
    {
        // Reads the whole body, so that it has left the gateway, and resets the first connection only.
        int resets = 0;
        await using KestrelBackend backend = await KestrelBackend.StartAsync(async context =>
        {
            using var body = new MemoryStream();
            await context.Request.Body.CopyToAsync(body, Cancellation);
            if (Interlocked.Increment(ref resets) == 1) context.Abort();
            else await context.Response.WriteAsync(body.Length.ToString(), Cancellation);
        });
        await using GatewayUnderTest gateway = await GatewayUnderTest.StartAsync(way);
        await gateway.RouteAsync();
        await gateway.EndpointAsync("a1", backend.Address);

        using HttpResponseMessage answer =
            await gateway.Client.PutAsync("/", new ByteArrayContent(new byte[length]), Cancellation);

        Assert.Equal(expected, answer.StatusCode);
        if (expected == HttpStatusCode.OK)
            Assert.Equal(length.ToString(), await answer.Content.ReadAsStringAsync(Cancellation));
    }

    [Fact]
    public async Task Request_BackEndHangs_Is504AndNotRepeated()
    {
        await using RawBackend hung = RawBackend.Hangs();
        await using GatewayUnderTest gateway = await GatewayUnderTest.StartAsync(way);
        await gateway.RouteAsync("web", route => route with { Timeout = TimeSpan.FromMilliseconds(200) });
        await gateway.EndpointAsync("hung", hung.Address);

        using HttpResponseMessage answer = await gateway.Client.GetAsync("/", Cancellation);

        Assert.Equal(HttpStatusCode.GatewayTimeout, answer.StatusCode);
        Assert.Equal(1, hung.Requests);
        Assert.Equal(0, gateway.Table.Upstreams().Single().Endpoints.All[0].InFlight);
    }

    [Fact]
    public async Task Request_BackEndTricklesItsAnswer_IsPassedOnWhole()
    {
        await using var backend = new RawBackend(async (stream, token) =>
        {
            foreach (byte one in Encoding.ASCII.GetBytes("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nslow"))
            {
                await stream.WriteAsync(new[] { one }, token);
                await stream.FlushAsync(token);
            }
        });
        await using GatewayUnderTest gateway = await GatewayUnderTest.StartAsync(way);
        await gateway.RouteAsync();
        await gateway.EndpointAsync("a1", backend.Address);

        Assert.Equal("slow", await gateway.Client.GetStringAsync("/", Cancellation));
    }

    [Fact]
    public async Task Answer_BreaksOffAfterItsFirstBytes_IsBrokenOffForTheClientToo()
    {
        await using RawBackend backend = RawBackend.Says("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf");
        await using GatewayUnderTest gateway = await GatewayUnderTest.StartAsync(way);
        await gateway.RouteAsync();
        await gateway.EndpointAsync("a1", backend.Address);

        await Assert.ThrowsAsync<HttpRequestException>(() => gateway.Client.GetStringAsync("/", Cancellation));
        Assert.Equal(1, backend.Requests);
    }

    [Fact]
    public async Task Answer_LongerThanItsLength_IsCutAtItsLength()
    {
        await using RawBackend backend =
            RawBackend.Says("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nfourHTTP/1.1 200 OK\r\n\r\n");
        await using GatewayUnderTest gateway = await GatewayUnderTest.StartAsync(way);
        await gateway.RouteAsync();
        await gateway.EndpointAsync("a1", backend.Address);

        Assert.Equal("four", await gateway.Client.GetStringAsync("/", Cancellation));
        Assert.Equal("four", await gateway.Client.GetStringAsync("/", Cancellation));
    }

    [Fact]
    public async Task ClientHangsUp_SaysNothingAboutTheEndpoint()
    {
        var arrived = new TaskCompletionSource();
        var left = new TaskCompletionSource();
        await using KestrelBackend backend = await KestrelBackend.StartAsync(async context =>
        {
            arrived.TrySetResult();
            context.RequestAborted.Register(() => left.TrySetResult());
            await left.Task;
        });
        await using GatewayUnderTest gateway = await GatewayUnderTest.StartAsync(way);
        await gateway.RouteAsync();
        await gateway.EndpointAsync("a1", backend.Address);
        using var hangUp = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        Task<HttpResponseMessage> request = gateway.Client.GetAsync("/", hangUp.Token);
        await arrived.Task.WaitAsync(Cancellation);
        await hangUp.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => request);

        // The gateway passes the hanging up on: the back end need not work for nobody.
        await left.Task.WaitAsync(Cancellation);
        var endpoint = gateway.Table.Upstreams().Single().Endpoints.All[0];
        await Until.HoldsAsync(() => endpoint.InFlight == 0);
        Assert.Equal(0, endpoint.Health.Failures);
        Assert.Equal(1, backend.Requests);
    }

    [Fact]
    public async Task EjectedEndpoint_ListensAgain_IsBroughtBackByItsProbe()
    {
        await using KestrelBackend good =
            await KestrelBackend.StartAsync(context => context.Response.WriteAsync("good"));
        IPEndPoint address = RawBackend.FreeAddress();
        await using GatewayUnderTest gateway = await GatewayUnderTest.StartAsync(
            way,
            options => options with
            {
                Outliers = new OutlierOptions { ProbeInterval = TimeSpan.FromMilliseconds(20) },
            });
        await gateway.RouteAsync();
        await gateway.EndpointAsync("bad", address);
        await gateway.EndpointAsync("good", good.Address);
        var endpoint = gateway.Table.Upstreams().Single().Endpoints.All.Single(one => one.Name == "bad.http");
        while (!endpoint.Health.IsEjected) await gateway.Client.GetStringAsync("/", Cancellation);
        Assert.True(endpoint.Health.WasUnreachable);

        var listener = new System.Net.Sockets.TcpListener(address);
        listener.Start();
        await Until.HoldsAsync(() => !endpoint.Health.IsEjected);
        listener.Stop();
    }
}
