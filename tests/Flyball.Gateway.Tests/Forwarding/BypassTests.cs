using System.Net;
using Flyball.Contracts.Gateway;
using Flyball.Contracts.Gateway.Security;
using Microsoft.AspNetCore.Http;

namespace Flyball.Gateway.Tests.Forwarding;

/// <summary>A request is judged as what its back end takes it for: no spelling of it goes past its guards.</summary>
public abstract class BypassTests(Way way) : IAsyncLifetime
{
    private KestrelBackend backend = null!;
    private GatewayUnderTest gateway = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private static RouteAuth Guarded => new() { Keys = new RouteKeyAuth() };

    public async ValueTask InitializeAsync()
    {
        backend = await KestrelBackend.StartAsync(context => context.Response.WriteAsync(context.Request.Method));
        gateway = await GatewayUnderTest.StartAsync(way);
        await gateway.EndpointAsync("a1", backend.Address);
        await gateway.RouteAsync();
        await gateway.RouteAsync("admin", route => route with { PathPrefix = "/admin", Auth = Guarded });
        await gateway.RouteAsync("public", route => route with { PathPrefix = "/admin/public" });
        await gateway.RouteAsync("closed", route => route with
        {
            PathPrefix = "/closed", Answer = new RouteAnswer { Status = 403, Body = "closed" },
        });
        await gateway.RouteAsync("api", route => route with
        {
            PathPrefix = "/api", Methods = ["GET", "POST"], Auth = Guarded,
        });
        await gateway.RouteAsync("api-options", route => route with { PathPrefix = "/api", Methods = ["OPTIONS"] });
    }

    public async ValueTask DisposeAsync()
    {
        await gateway.DisposeAsync();
        await backend.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    private async Task<RawAnswer> AskAsync(string firstWords, string headers = "Host: h\r\n")
    {
        using RawConnection client = await gateway.ConnectAsync();
        await client.SendAsync($"{firstWords} HTTP/1.1\r\n{headers}\r\n");
        return await client.ReadAsync(toHead: true);
    }

    [Theory]
    [InlineData("/admin%2Fusers")]
    [InlineData("/admin%2fusers?x")]
    [InlineData("//admin/users")]
    [InlineData("///admin")]
    [InlineData("/admin;x=1/users")]
    [InlineData("/admin;x=1")]
    [InlineData("/;x/admin")]
    [InlineData("/%2Fadmin/users")]
    [InlineData("/%5Cadmin")]
    [InlineData("/admin%5cusers")]
    [InlineData("/admin;%2Fpublic")]
    [InlineData("/admin%2F/public")]
    [InlineData("//admin/public%2Fx")]
    [InlineData("/%61dmin%2Fusers")]
    [InlineData("//closed/x")]
    [InlineData("/closed%2Fx")]
    public async Task Path_ThatOthersReadAsAGuardedOne_Is400(string target)
    {
        Assert.Equal(400, (await AskAsync($"GET {target}")).Status);
        Assert.Equal(0, backend.Requests);
    }

    [Theory]
    [InlineData("/a%2Fb", 200)]
    [InlineData("//a//b;c", 200)]
    [InlineData("/admin-x;v=1", 200)]
    [InlineData("/admin/public/a%2Fb;c//d", 200)]
    [InlineData("/admin%2Fpublic", 200)]
    [InlineData("/x?a=//admin;%2Fadmin", 200)]
    [InlineData("/admin/a%2Fb", 401)]
    [InlineData("/admin//x;y", 401)]
    public async Task Path_WithUnusualSlashes_IsServedWhereItMeansNoOtherGuards(string target, int status) =>
        Assert.Equal(status, (await AskAsync($"GET {target}")).Status);

    [Theory]
    [InlineData("get", 400)]
    [InlineData("Get", 400)]
    [InlineData("oPTIONS", 400)]
    [InlineData("GET", 401)]
    [InlineData("OPTIONS", 200)]
    [InlineData("PURGE", 200)]
    [InlineData("purge", 200)]
    public async Task Method_KnownInOtherLetters_Is400(string method, int status) =>
        Assert.Equal(status, (await AskAsync($"{method} /api")).Status);

    [Theory]
    [InlineData("OPTIONS", "websocket", 400)]
    [InlineData("OPTIONS", "WebSocket", 400)]
    [InlineData("OPTIONS", "SPDY/3.1", 400)]
    [InlineData("OPTIONS", "h2c", 200)]
    [InlineData("OPTIONS", "other", 200)]
    [InlineData("GET", "websocket", 401)]
    public async Task Upgrade_WithAMethodThatWouldBecomeGet_Is400(string method, string protocol, int status)
    {
        RawAnswer answer = await AskAsync(
            $"{method} /api", $"Host: h\r\nConnection: Upgrade\r\nUpgrade: {protocol}\r\n");
        Assert.Equal(status, answer.Status);
    }

    [Theory]
    [InlineData("h:80", 200)]
    [InlineData("h.", 200)]
    [InlineData("[::1]:80", 200)]
    [InlineData("h:80:80", 400)]
    [InlineData("h:8x", 400)]
    [InlineData("[::1", 400)]
    [InlineData("[::1]x", 400)]
    [InlineData("h..", 400)]
    [InlineData("h..:80", 400)]
    public async Task Host_ThatIsNoNameAndPort_Is400(string host, int status) =>
        Assert.Equal(status, (await AskAsync("GET /", $"Host: {host}\r\n")).Status);

    /// <summary>A WebSocket over HTTP/2 (RFC 8441) becomes a GET to its back end, and is routed as one.</summary>
    [Fact]
    public async Task ExtendedConnect_IsMatchedAsGet()
    {
        if (!way.IsSecure()) return;
        using var client = new HttpClient(GatewayUnderTest.NewHandler());
        using var request = new HttpRequestMessage(HttpMethod.Connect, gateway.Address + "/api")
        {
            Version = HttpVersion.Version20, VersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };
        request.Headers.Protocol = "websocket";
        using HttpResponseMessage answer = await client.SendAsync(request, Cancellation);

        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
    }
}
