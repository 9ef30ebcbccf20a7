using Flyball.Contracts.Gateway;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Flyball.Gateway.Tests.Forwarding;

/// <summary>What a target means must be the same to the gateway, on every way, and to each back end.</summary>
public abstract class TargetTests(Way way) : IAsyncLifetime
{
    private KestrelBackend backend = null!;
    private GatewayUnderTest gateway = null!;

    public async ValueTask InitializeAsync()
    {
        backend = await KestrelBackend.StartAsync(context => context.Response.WriteAsync(
            context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget));
        gateway = await GatewayUnderTest.StartAsync(way);
        await gateway.EndpointAsync("a1", backend.Address);
        await gateway.RouteAsync();
        await gateway.RouteAsync("admin", route => route with
        {
            PathPrefix = "/admin", Answer = new RouteAnswer { Status = 403, Body = "guarded" },
        });
    }

    public async ValueTask DisposeAsync()
    {
        await gateway.DisposeAsync();
        await backend.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    private async Task<RawAnswer> GetAsync(string target)
    {
        using RawConnection client = await gateway.ConnectAsync();
        await client.SendAsync($"GET {target} HTTP/1.1\r\nHost: h\r\n\r\n");
        return await client.ReadAsync();
    }

    private static string[] BothForms(string target) =>
        [target, "http://h" + target, "https://h" + target, "http://H" + target];

    [Fact]
    public async Task Target_ThatServersReadDifferently_Is400AndReachesNobody()
    {
        string[] ambiguous =
        [
            "/x/..%2fadmin", "/x/..%2Fadmin/y", "/x/%2e%2e%2fadmin", "/x/%2e.%5cadmin", "/x%2f..%2fadmin",
            "/..%5cadmin", "/x/.%2f../admin", "/x%5c../admin", "/x\\..\\admin", "/\\admin", "/x/..;/admin",
            "/x/%2E%2E;a=b/admin", "/admin%2fy/../x", "/admin%5cy/%2e%2e/x", "/x//../admin", "/admin//../x",
            "/admin#/../x", "/x#", "/x?y#z", "/x%00/../admin", "/admin%00",
        ];
        foreach (string target in ambiguous.SelectMany(BothForms))
        {
            using RawConnection client = await gateway.ConnectAsync();
            await client.SendAsync($"GET {target} HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
            string answer = await client.RestAsync();
            Assert.True(answer.StartsWith("HTTP/1.1 400 ", StringComparison.Ordinal), $"{target}: {answer}");
        }

        Assert.Equal(0, backend.Requests);
    }

    [Theory]
    [InlineData("/admin/x", 403, "guarded")]
    [InlineData("/%61dmin", 403, "guarded")]
    [InlineData("/x/../admin", 403, "guarded")]
    [InlineData("/x/%2e%2E/admin?y", 403, "guarded")]
    [InlineData("/a%2Fb/%25/%252e/c?q=%20x%5c", 200, "/a%2Fb/%25/%252e/c?q=%20x%5c")]
    [InlineData("/a%2Fb/c/../d//e/.f/..g/%5cu;v=1/w...", 200, "/a%2Fb/c/../d//e/.f/..g/%5cu;v=1/w...")]
    [InlineData("/gr%FCn/%zz%", 200, "/gr%FCn/%zz%")]
    public async Task Target_InEitherForm_MeansTheSame(string target, int status, string body)
    {
        var answers = new List<(string Form, int Status, string Body)>();
        foreach (string form in BothForms(target))
        {
            RawAnswer answer = await GetAsync(form);
            answers.Add((form, answer.Status, answer.Body));
        }

        Assert.Equal(BothForms(target).Select(form => (form, status, body)), answers);
    }

    [Theory]
    [InlineData("http://h", 200, "/")]
    [InlineData("http://h?x=/admin", 200, "/?x=/admin")]
    [InlineData("http://other/", 400, null)]
    [InlineData("http://u@h/", 400, null)]
    public async Task Target_InAbsoluteForm_IsOfItsHostOnly(string target, int status, string? body)
    {
        RawAnswer answer = await GetAsync(target);
        Assert.Equal(status, answer.Status);
        if (body is not null) Assert.Equal(body, answer.Body);
    }
}
