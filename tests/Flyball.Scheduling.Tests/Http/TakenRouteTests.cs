using System.Net;
using System.Text.Json;
using Flyball.Base.Resources;
using Flyball.Contracts;
using Flyball.Contracts.Gateway;

namespace Flyball.Scheduling.Tests.Http;

public sealed class TakenRouteTests
{
    private static string Project(string name, string routes) => $$"""
        name: {{name}}
        services:
          web:
            image: shop/web:1
            expose: [8080]
            x-route: [{{routes}}]
        """;

    private static async Task<JsonElement[]> ErrorsAsync(ApiWorld world, string name, string routes)
    {
        (HttpStatusCode status, JsonElement body) = await world.ApplyAsync(Project(name, routes));
        if (status == HttpStatusCode.OK) return [];
        Assert.Equal(HttpStatusCode.BadRequest, status);
        return [.. body.GetProperty("errors").EnumerateArray()];
    }

    [Theory]
    [InlineData("{ host: h, path: / }", "{ host: h, path: \"/{*x}\" }")]
    [InlineData("{ host: h, path: / }", "{ host: H., path: \"/{x}\" }")]
    [InlineData("{ host: h, path: / }", "{ host: h, path: /robots.txt, exact: true }")]
    [InlineData("{ host: h, path: /api }", "{ host: h, path: /api/, exact: true }")]
    [InlineData("{ host: h, path: /api, exact: true }", "{ host: h, path: /api/, exact: true }")]
    [InlineData("{ host: h, path: /api }", "{ host: h, path: /api/ }")]
    [InlineData("{ host: h, path: /api }", "{ host: h, path: \"/{x}\" }")]
    [InlineData("{ host: h, path: /api/v1 }", "{ host: h, path: \"/api/{*x}\" }")]
    [InlineData("{ host: h, path: \"/a/{x}/c\" }", "{ host: h, path: \"/a/b/{y}\" }")]
    [InlineData("{ host: h, path: \"/a/{*x}\" }", "{ host: h, path: /a/b, exact: true }")]
    [InlineData("{ host: h, path: \"/a/{*x}\" }", "{ host: h, path: /a/b }")]
    [InlineData("{ path: / }", "{ path: \"/{*x}\", methods: [GET] }")]
    [InlineData("{ host: h, path: / }", "{ host: h, path: /blog }, { host: h, path: \"/{x}\" }")]
    public async Task Apply_PathThatSharesRequestsWithAnotherProjects_IsRefusedEitherWay(string mine, string theirs)
    {
        await using ApiWorld world = await ApiWorld.StartAsync();
        Assert.Empty(await ErrorsAsync(world, "shop", mine));
        JsonElement error = Assert.Single(await ErrorsAsync(world, "blog", theirs));
        Assert.Equal("services.web.x-route", error.GetProperty("field").GetString());
        Assert.Contains(
            "the route shop.web.0 of the project 'shop'", error.GetProperty("message").GetString(),
            StringComparison.Ordinal);

        await using ApiWorld second = await ApiWorld.StartAsync();
        Assert.Empty(await ErrorsAsync(second, "blog", theirs));
        Assert.NotEmpty(await ErrorsAsync(second, "shop", mine));
    }

    [Theory]
    [InlineData("{ host: h, path: / }", "{ host: h, path: /blog }")]
    [InlineData("{ host: h, path: / }", "{ host: other, path: \"/{*x}\" }")]
    [InlineData("{ host: h, path: /api }", "{ host: h, path: /apis, exact: true }, { host: h, path: \"/b/{*x}\" }")]
    [InlineData("{ host: h, path: \"/a/{x}\" }", "{ host: h, path: \"/a/{x}/b\" }, { host: h, path: /a/b/c }")]
    [InlineData("{ host: h, path: / }",
        "{ host: h, path: /blog }, { host: h, path: \"/blog/{id}\" }, { host: h, path: /blog/feed, exact: true }")]
    public async Task Apply_DisjointOrBelowALongerBeginning_IsTakenEitherWay(string mine, string theirs)
    {
        await using ApiWorld world = await ApiWorld.StartAsync();
        Assert.Empty(await ErrorsAsync(world, "shop", mine));
        Assert.Empty(await ErrorsAsync(world, "blog", theirs));
        Assert.Empty(await ErrorsAsync(world, "shop", mine));

        await using ApiWorld second = await ApiWorld.StartAsync();
        Assert.Empty(await ErrorsAsync(second, "blog", theirs));
        Assert.Empty(await ErrorsAsync(second, "shop", mine));
    }

    [Fact]
    public async Task Apply_PortOfAnotherProject_IsRefused()
    {
        await using ApiWorld world = await ApiWorld.StartAsync();
        Assert.Empty(await ErrorsAsync(world, "shop", "{ protocol: tcp, listen: 5432 }"));
        Assert.Empty(await ErrorsAsync(world, "other", "{ protocol: tcp, listen: 5433 }, { path: / }"));
        JsonElement error = Assert.Single(await ErrorsAsync(world, "blog", "{ protocol: tcp, listen: 5432 }"));
        Assert.Contains("the port 5432", error.GetProperty("message").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Apply_CertificateFromAnotherIssuerThanAnotherProjects_IsRefusedAtTls()
    {
        await using ApiWorld world = await ApiWorld.StartAsync();
        Assert.Empty(await ErrorsAsync(world, "shop", "{ host: h, path: /, tls: acme }"));
        JsonElement error = Assert.Single(await ErrorsAsync(world, "blog", "{ host: h, path: /zz, tls: internal }"));
        Assert.Equal("services.web.x-route.tls", error.GetProperty("field").GetString());
        Assert.Contains("the route shop.web.0 of the project 'shop'", error.GetProperty("message").GetString(),
            StringComparison.Ordinal);
        Assert.Contains("'acme'", error.GetProperty("message").GetString(), StringComparison.Ordinal);

        Assert.Empty(await ErrorsAsync(world, "blog", "{ host: h, path: /zz, tls: acme }"));
        Assert.NotEmpty(await ErrorsAsync(world, "blog", "{ host: h, path: /zz, tls: internal }"));
        Assert.Empty(await ErrorsAsync(world, "blog", "{ host: h, path: /zz, tls: { redirect: true } }"));
    }

    [Fact]
    public async Task Apply_RouteThatStoodBefore_IsNotJudgedAnew()
    {
        await using ApiWorld world = await ApiWorld.StartAsync();
        Assert.Empty(await ErrorsAsync(world, "shop", "{ host: h, path: / }"));
        await world.Store.CommitAsync(
            new StoreTransaction().Put(Kinds.Route, "blog.web.0", new Route
            {
                Service = "blog.web", Project = "blog", Host = "h", PathPrefix = "/robots.txt",
                PathKind = RoutePathKind.Exact,
            }),
            TestContext.Current.CancellationToken);

        Assert.Empty(await ErrorsAsync(world, "shop", "{ host: h, path: /, timeout: 5s }"));
        Assert.Empty(await ErrorsAsync(world, "blog", "{ host: h, path: /robots.txt, exact: true, timeout: 5s }"));
        Assert.NotEmpty(await ErrorsAsync(world, "blog", "{ host: h, path: /humans.txt, exact: true }"));
    }
}
