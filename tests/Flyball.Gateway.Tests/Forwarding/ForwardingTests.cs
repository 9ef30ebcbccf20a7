using System.Net;
using System.Net.Http.Headers;
using Flyball.Contracts.Agent;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Flyball.Gateway.Tests.Forwarding;

public abstract class ForwardingTests(Way way)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private static Task EchoAsync(HttpContext context)
    {
        string raw = context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
        string headers = string.Join('\n', context.Request.Headers.Select(header => $"{header.Key}: {header.Value}"));
        return context.Response.WriteAsync($"{context.Request.Method} {raw}\n{headers}\n");
    }

    [Fact]
    public async Task Request_Plain_ArrivesWithForwardingHeaders()
    {
        await using KestrelBackend backend = await KestrelBackend.StartAsync(EchoAsync);
        await using GatewayUnderTest gateway = await GatewayUnderTest.StartAsync(way);
        await gateway.RouteAsync();
        await gateway.EndpointAsync("a1", backend.Address);
        using var request = new HttpRequestMessage(HttpMethod.Get, "/a%2Fb/%25/c?q=%20x");
        request.Headers.Host = "shop.localhost";
        request.Headers.Add("X-Forwarded-For", "6.6.6.6");
        request.Headers.Add("Forwarded", "for=6.6.6.6");
        foreach (string claim in (string[])["X-Real-IP", "X-Forwarded-Port", "x-forwarded-PREFIX"])
            request.Headers.Add(claim, "6.6.6.6");

        using HttpResponseMessage answer = await gateway.Client.SendAsync(request, Cancellation);
        string seen = await answer.Content.ReadAsStringAsync(Cancellation);

        Assert.StartsWith("GET /a%2Fb/%25/c?q=%20x\n", seen, StringComparison.Ordinal);
        Assert.Contains("Host: shop.localhost\n", seen, StringComparison.Ordinal);
        Assert.Contains("X-Forwarded-For: 127.0.0.1\n", seen, StringComparison.Ordinal);
        Assert.Contains($"X-Forwarded-Proto: {way.Scheme()}\n", seen, StringComparison.Ordinal);
        Assert.Contains("X-Forwarded-Host: shop.localhost\n", seen, StringComparison.Ordinal);
        Assert.DoesNotContain("6.6.6.6", seen, StringComparison.Ordinal);
        Assert.Matches("traceparent: 00-[0-9a-f]{32}-[0-9a-f]{16}-01\n", seen);
        Assert.Matches("Via: 1.1 flyball-[0-9a-z]{26}\n", seen);
        Assert.False(answer.Headers.Contains("Server"));
    }

    [Fact]
    public async Task Connection_NamesAHeader_ItGoesNoFurther()
    {
        await using KestrelBackend backend = await KestrelBackend.StartAsync(context =>
        {
            context.Response.Headers.Connection = "x-hop";
            context.Response.Headers["X-Hop"] = "1";
            context.Response.Headers["X-Stays"] = "1";
            return EchoAsync(context);
        });
        await using GatewayUnderTest gateway = await GatewayUnderTest.StartAsync(way);
        await gateway.RouteAsync();
        await gateway.EndpointAsync("a1", backend.Address);
        using var request = new HttpRequestMessage(HttpMethod.Post, "/") { Content = new StringContent("body") };
        request.Headers.TryAddWithoutValidation("Connection", "x-drop, Content-Type, traceparent, in valid");
        request.Headers.Add("X-Drop", "1");
        request.Headers.Add("X-Stays", "1");

        using HttpResponseMessage answer = await gateway.Client.SendAsync(request, Cancellation);
        string seen = await answer.Content.ReadAsStringAsync(Cancellation);

        Assert.DoesNotContain("x-drop: 1\n", seen, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("X-Stays: 1\n", seen, StringComparison.Ordinal);
        Assert.Contains("Content-Type: text/plain", seen, StringComparison.Ordinal);
        Assert.Contains("traceparent: 00-", seen, StringComparison.Ordinal);
        Assert.False(answer.Headers.Contains("X-Hop"));
        Assert.True(answer.Headers.Contains("X-Stays"));
    }

    [Fact]
    public async Task Request_WithTraceParent_PassesItOn()
    {
        await using KestrelBackend backend = await KestrelBackend.StartAsync(EchoAsync);
        await using GatewayUnderTest gateway = await GatewayUnderTest.StartAsync(way);
        await gateway.RouteAsync();
        await gateway.EndpointAsync("a1", backend.Address);
        using var request = new HttpRequestMessage(HttpMethod.Get, "/");
        const string Trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00";
        request.Headers.Add("traceparent", Trace);
        request.Headers.Add("tracestate", "a=b");

        string seen = await (await gateway.Client.SendAsync(request, Cancellation))
            .Content.ReadAsStringAsync(Cancellation);

        Assert.Contains($"traceparent: {Trace}\n", seen, StringComparison.Ordinal);
        Assert.Contains("tracestate: a=b\n", seen, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/api", "/")]
    [InlineData("/api/", "/")]
    [InlineData("/api/x?y=1", "/x?y=1")]
    [InlineData("/api?y=1", "/?y=1")]
    [InlineData("/%61pi/x", "/x")]
    [InlineData("/api/../api/z", "/z")]
    public async Task Request_StripPrefix_RemovesTheSegments(string path, string arrives)
    {
        await using KestrelBackend backend = await KestrelBackend.StartAsync(EchoAsync);
        await using GatewayUnderTest gateway = await GatewayUnderTest.StartAsync(way);
        await gateway.RouteAsync("web", route => route with { PathPrefix = "/api/", StripPrefix = true });
        await gateway.EndpointAsync("a1", backend.Address);
        string seen = await gateway.ExchangeAsync($"GET {path} HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");

        Assert.Contains($"GET {arrives}\n", seen, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1000)]
    [InlineData(300_000)]
    public async Task Body_AnySize_IsPassedBothWays(int length)
    {
        await using KestrelBackend backend = await KestrelBackend.StartAsync(
            context => context.Request.Body.CopyToAsync(context.Response.Body, Cancellation));
        await using GatewayUnderTest gateway = await GatewayUnderTest.StartAsync(way);
        await gateway.RouteAsync();
        await gateway.EndpointAsync("a1", backend.Address);
        byte[] body = new byte[length];
        new Random(1).NextBytes(body);

        using HttpResponseMessage answer =
            await gateway.Client.PostAsync("/", new ByteArrayContent(body), Cancellation);

        Assert.Equal(body, await answer.Content.ReadAsByteArrayAsync(Cancellation));
    }

    [Fact]
    public async Task Body_AboveTheRoutesLimit_Is413AndTheBackEndNeverSeesIt()
    {
        await using KestrelBackend backend = await KestrelBackend.StartAsync(EchoAsync);
        await using GatewayUnderTest gateway = await GatewayUnderTest.StartAsync(way);
        await gateway.RouteAsync("web", route => route with { BodyBytesMax = 1000 });
        await gateway.EndpointAsync("a1", backend.Address);

        using HttpResponseMessage answer =
            await gateway.Client.PostAsync("/", new ByteArrayContent(new byte[1001]), Cancellation);

        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, answer.StatusCode);
        Assert.Equal(0, backend.Requests);
    }

    [Fact]
    public async Task Body_ChunkedAboveTheLimit_Is413()
    {
        await using KestrelBackend backend = await KestrelBackend.StartAsync(
            async context => await context.Request.Body.CopyToAsync(Stream.Null, Cancellation));
        await using GatewayUnderTest gateway = await GatewayUnderTest.StartAsync(way);
        await gateway.RouteAsync("web", route => route with { BodyBytesMax = 1000 });
        await gateway.EndpointAsync("a1", backend.Address);
        using var request = new HttpRequestMessage(HttpMethod.Post, "/")
        {
            Content = new ByteArrayContent(new byte[5000]),
        };
        request.Headers.TransferEncodingChunked = true;

        using HttpResponseMessage answer = await gateway.Client.SendAsync(request, Cancellation);

        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, answer.StatusCode);
    }

    [Fact]
    public async Task UnknownHost_Is404ThatSaysWhatToDo()
    {
        await using GatewayUnderTest gateway = await GatewayUnderTest.StartAsync(way);
        using HttpResponseMessage empty = await gateway.Client.GetAsync("/x", Cancellation);
        Assert.Contains("x-route", await empty.Content.ReadAsStringAsync(Cancellation), StringComparison.Ordinal);

        await gateway.RouteAsync("web", route => route with { Host = "shop.localhost" });
        using var request = new HttpRequestMessage(HttpMethod.Get, "/x");
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json"));
        using HttpResponseMessage answer = await gateway.Client.SendAsync(request, Cancellation);

        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType!.MediaType);
        Assert.Contains("\"code\":\"no-route\"", await answer.Content.ReadAsStringAsync(Cancellation),
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null, "no running instance")]
    [InlineData(HealthState.Critical, "none passes its health check")]
    [InlineData(HealthState.Unknown, "none passes its health check")]
    public async Task NoPassingEndpoint_Is503WithRetryAfterAndReason(HealthState? health, string reason)
    {
        await using GatewayUnderTest gateway = await GatewayUnderTest.StartAsync(way);
        await gateway.RouteAsync();
        if (health is { } known) await gateway.EndpointAsync("a1", RawBackend.Nobody(), known);

        using HttpResponseMessage answer = await gateway.Client.GetAsync("/", Cancellation);

        Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
        Assert.Equal(TimeSpan.FromSeconds(1), answer.Headers.RetryAfter!.Delta);
        Assert.Contains(reason, await answer.Content.ReadAsStringAsync(Cancellation), StringComparison.Ordinal);
    }

    [Fact]
    public async Task RouteToTheGatewayItself_Is508()
    {
        await using GatewayUnderTest gateway = await GatewayUnderTest.StartAsync(way);
        await gateway.RouteAsync();
        await gateway.EndpointAsync("a1", new IPEndPoint(IPAddress.Loopback, gateway.PlainPort));

        using HttpResponseMessage answer = await gateway.Client.GetAsync("/", Cancellation);

        Assert.Equal(HttpStatusCode.LoopDetected, answer.StatusCode);
    }

    [Fact]
    public async Task HeadersTooLarge_Is431()
    {
        await using GatewayUnderTest gateway = await GatewayUnderTest.StartAsync(way);
        string answer = await gateway.ExchangeAsync(
            $"GET / HTTP/1.1\r\nHost: h\r\nX: {new string('x', 40_000)}\r\n\r\n");

        Assert.StartsWith("HTTP/1.1 431 ", answer, StringComparison.Ordinal);
    }
}
