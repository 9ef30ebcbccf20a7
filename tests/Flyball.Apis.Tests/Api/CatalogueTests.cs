using System.Net;
using System.Text.Json;
using Flyball.Base.Resources;
using Flyball.Contracts;
using Flyball.Contracts.Apis;
using Flyball.Contracts.Journal;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Flyball.Apis.Tests.Api;

public sealed class CatalogueTests
{
    private const string Given = "{ openapi: ./openapi.yaml }";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Apply_TwoVersionsWithDocuments_AreListedSearchedAndCompared()
    {
        await using CatalogueWorld world = await CatalogueWorld.StartAsync();
        Assert.Equal(HttpStatusCode.OK, (await world.ApplyAsync(Given, Documents.File("shop-1.yaml"))).Status);
        await world.DocumentAsync(1);

        await world.ApplyAsync(Given, Documents.File("shop-2.yaml"), "serve-more");
        ApiDocument second = await world.DocumentAsync(2);

        Assert.Equal(("Shop", "2.0.0", 5, 7), (second.Title, second.ApiVersion, second.Operations, second.Schemas));
        JsonElement row = Assert.Single((await world.GetAsync("/apis")).EnumerateArray().ToArray());
        Assert.Equal(2, row.GetProperty("latest").GetProperty("version").GetInt32());
        Assert.Equal(2, row.GetProperty("versions").GetArrayLength());
        JsonElement diff = await world.GetAsync("/apis/web/diff");
        Assert.Equal("shop.web@1", diff.GetProperty("from").GetString());
        Assert.True(diff.GetProperty("breaking").GetInt32() > 5);
        JsonElement found = await world.GetAsync("/apis/search?q=change%20order");
        Assert.Equal("PATCH /orders/{id}", found.GetProperty("hits")[0].GetProperty("name").GetString());
        (HttpResponseMessage raw, string text) = await world.PageAsync("/api/flyball/v1/apis/web/versions/1/document");
        Assert.Equal(Documents.File("shop-1.yaml"), text);
        Assert.Equal("attachment", raw.Content.Headers.ContentDisposition!.DispositionType);
        Assert.Equal("nosniff", raw.Headers.GetValues("X-Content-Type-Options").Single());
    }

    [Fact]
    public async Task Apply_OtherDocumentWithTheSameTask_ReplacesItAndMakesNoVersion()
    {
        await using CatalogueWorld world = await CatalogueWorld.StartAsync();
        await world.ApplyAsync(Given, Documents.File("shop-1.yaml"));
        string? first = (await world.DocumentAsync(1)).Digest;

        (_, JsonElement answer) = await world.ApplyAsync(Given, Documents.File("shop-2.yaml"));

        await world.DocumentAsync(1, document => document.Digest != first);
        Assert.Equal("updated", answer.GetProperty("workloads")[0].GetProperty("change").GetString());
        Assert.Equal(1, world.Store.Current.Count(Kinds.Version.Name));
    }

    [Fact]
    public async Task Apply_MalformedDocument_IsRefusedWithItsPlace()
    {
        await using CatalogueWorld world = await CatalogueWorld.StartAsync();

        (HttpStatusCode status, JsonElement body) = await world.ApplyAsync(
            Given, "openapi: 3.1.0\ninfo: { title: t, version: '1' }\npaths: []");

        Assert.Equal(HttpStatusCode.BadRequest, status);
        JsonElement error = body.GetProperty("errors")[0];
        Assert.Equal(
            ("openapi.yaml", 3, "#/paths", "must be an object"),
            (error.GetProperty("file").GetString(), error.GetProperty("line").GetInt32(),
                error.GetProperty("key").GetString(), error.GetProperty("message").GetString()));
        Assert.Equal(0, world.Store.Current.Count(Kinds.Workload.Name));
    }

    [Theory]
    [InlineData("{ }", "takes one of openapi, a file, and path")]
    [InlineData("{ openapi: ./openapi.yaml, path: /a }", "takes one of openapi, a file, and path")]
    [InlineData("{ path: openapi.json }", "'openapi.json' is no path such as /openapi.json")]
    [InlineData("{ path: //elsewhere/a }", "is no path such as /openapi.json")]
    [InlineData("{ openapi: ./openapi.yaml, port: http }", "has no meaning beside a file")]
    [InlineData("{ openapi: ./other.yaml }", "the file 'other.yaml' does not exist or was not sent")]
    public async Task Apply_WrongApi_IsRefused(string api, string message)
    {
        await using CatalogueWorld world = await CatalogueWorld.StartAsync();

        (HttpStatusCode status, JsonElement body) = await world.ApplyAsync(api, Documents.File("shop-1.yaml"));

        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.Contains(message, body.GetProperty("errors")[0].GetProperty("message").GetString(),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task Fetch_HealthyInstances_AreAskedOnceAVersionAndRetried()
    {
        int asked = 0;
        string answer = "no document at all";
        await using WebApplication instance = await InstanceAsync(context =>
        {
            Interlocked.Increment(ref asked);
            return context.Response.WriteAsync(Volatile.Read(ref answer));
        });
        int port = new Uri(instance.Urls.First()).Port;
        await using CatalogueWorld world = await CatalogueWorld.StartAsync();
        await world.ApplyAsync("{ path: /openapi.json }");
        await world.ServeAsync(1, port);

        ApiDocument failed = await world.DocumentAsync(1, document => document.Problem is not null);
        Assert.Contains("this is no OpenAPI document", failed.Problem, StringComparison.Ordinal);

        Volatile.Write(ref answer, Documents.File("shop-1.yaml"));
        ApiDocument good = await world.DocumentAsync(1, document => document.Digest is not null);
        Assert.Null(good.Problem);
        Assert.Equal("Shop", good.Title);

        int once = Volatile.Read(ref asked);
        Volatile.Write(ref answer, Documents.File("shop-2.yaml"));
        await world.ServeAsync(2, port);
        Assert.Equal("2.0.0", (await world.DocumentAsync(2, document => document.Digest is not null)).ApiVersion);
        Assert.Equal(once + 1, Volatile.Read(ref asked));
        Assert.Equal("1.4.0", (await world.DocumentAsync(1)).ApiVersion);
        IReadOnlyList<JournalRow> events = await world.Store.ReadAsync(
            new JournalQuery(JournalTables.Events), Cancellation);
        Assert.Equal(
            ["api.problem", "api.documented", "api.documented"],
            events.Select(row => JournalEntries.Event(row).Type)
                .Where(type => type.StartsWith("api.", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Fetch_ManyVersions_KeepsTheNewest()
    {
        await using WebApplication instance = await InstanceAsync(
            context => context.Response.WriteAsync(Documents.File("shop-1.yaml")));
        await using CatalogueWorld world = await CatalogueWorld.StartAsync();
        await world.ApplyAsync("{ path: /openapi.json }");
        for (int version = 1; version <= 3; version++)
        {
            await world.ServeAsync(version, new Uri(instance.Urls.First()).Port);
            await world.DocumentAsync(version);
        }

        await world.GoneAsync(ApiDocument.NameOf("shop.web", 1));
        using (await world.Client.DeleteAsync("/api/flyball/v1/projects/shop", Cancellation)) { }
        await world.GoneAsync(ApiDocument.NameOf("shop.web", 3));
        Assert.Equal(0, world.Store.Current.Count(Kinds.ApiSource.Name));
    }

    [Theory]
    [InlineData("/apis/nobody", 404)]
    [InlineData("/apis/web/versions/9", 404)]
    [InlineData("/apis/web/versions/x", 400)]
    [InlineData("/apis/web/diff", 404)]
    [InlineData("/apis/search", 400)]
    [InlineData("/apis/search?q=a&limit=0", 400)]
    [InlineData("/consumers/usage?range=1y", 400)]
    public async Task Get_WhatIsNotThere_IsAProblem(string path, int status)
    {
        await using CatalogueWorld world = await CatalogueWorld.StartAsync();
        await world.ApplyAsync(Given, Documents.File("shop-1.yaml"));
        await world.DocumentAsync(1);

        Assert.Equal(status, (await world.GetAsync(path)).GetProperty("status").GetInt32());
    }

    private static async Task<WebApplication> InstanceAsync(RequestDelegate serve)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        WebApplication app = builder.Build();
        app.Run(serve);
        await app.StartAsync(Cancellation);
        return app;
    }
}
