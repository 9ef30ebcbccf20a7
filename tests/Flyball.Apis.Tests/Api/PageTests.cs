using System.Net;
using System.Text.RegularExpressions;
using Flyball.Base.Resources;
using Flyball.Contracts;
using Flyball.Contracts.Gateway;
using Flyball.Contracts.Gateway.Security;

namespace Flyball.Apis.Tests.Api;

public sealed partial class PageTests
{
    private const string Attack = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>";

    /// <summary>Every text that a document has, replaced by an attack; paths keep their slash.</summary>
    private static readonly string Hostile = $$"""
        openapi: 3.1.0
        info: { title: '{{Quoted}}', version: '{{Quoted}}', description: '{{Quoted}}' }
        servers: [{ url: '{{Quoted}}' }]
        security: [{ '{{Quoted}}': ['{{Quoted}}'] }]
        paths:
          '/{{Quoted}}':
            post:
              tags: ['{{Quoted}}']
              summary: '{{Quoted}}'
              description: '{{Quoted}}'
              operationId: '{{Quoted}}'
              parameters:
                - { name: '{{Quoted}}', in: '{{Quoted}}', description: '{{Quoted}}', schema: { type: '{{Quoted}}' } }
              requestBody:
                description: '{{Quoted}}'
                content: { '{{Quoted}}': { schema: { $ref: '#/components/schemas/A' } } }
              responses:
                '{{Quoted}}':
                  description: '{{Quoted}}'
                  headers: { '{{Quoted}}': { description: '{{Quoted}}' } }
        components:
          schemas:
            A:
              type: object
              description: '{{Quoted}}'
              properties:
                '{{Quoted}}': { type: string, enum: ['{{Quoted}}'], default: '{{Quoted}}', pattern: '{{Quoted}}' }
                other: { oneOf: [{ title: '{{Quoted}}', format: '{{Quoted}}' }] }
            '{{Quoted}}': { type: string }
        """;

    private static string Quoted => Attack.Replace("'", "''", StringComparison.Ordinal);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Pages_HostileDocument_ShowItAsTextAndNothingElse()
    {
        await using CatalogueWorld world = await CatalogueWorld.StartAsync();
        const string Source = "{ openapi: ./openapi.yaml }";
        Assert.Equal(HttpStatusCode.OK, (await world.ApplyAsync(Source, Hostile)).Status);
        await world.DocumentAsync(1);
        await world.ApplyAsync(
            Source, Hostile.Replace("type: object", "type: string", StringComparison.Ordinal)
                .Replace("post:", "put:", StringComparison.Ordinal), "more");
        await world.DocumentAsync(2);

        string[] pages =
        [
            "/apis", "/apis?q=" + Uri.EscapeDataString(Attack), "/apis?q=script", "/apis/shop.web", "/apis/web/1",
            "/apis/web/diff?from=1&to=2", "/apis/consumers", "/apis/" + Uri.EscapeDataString(Attack),
            "/apis/web/diff?from=" + Uri.EscapeDataString(Attack),
        ];
        foreach (string path in pages)
        {
            (HttpResponseMessage answer, string text) = await world.PageAsync(path);
            Assert.Equal("text/html; charset=utf-8", answer.Content.Headers.ContentType!.ToString());
            string policy = answer.Headers.GetValues("Content-Security-Policy").Single();
            Assert.StartsWith("default-src 'none'; style-src 'sha256-", policy, StringComparison.Ordinal);
            Assert.DoesNotContain("unsafe", policy, StringComparison.Ordinal);
            Assert.DoesNotContain("<script", text, StringComparison.OrdinalIgnoreCase);
            Assert.DoesNotContain("<img", text, StringComparison.OrdinalIgnoreCase);
            // What the browser makes of it: tags of ours only, and no attribute that an attack could have closed.
            Assert.All(Tags().Matches(text), tag => Assert.Matches(KnownTag(), tag.Value));
        }
    }

    [Fact]
    public async Task Page_Api_ShowsOperationsSchemasRoutesAndVersions()
    {
        await using CatalogueWorld world = await CatalogueWorld.StartAsync();
        await world.ApplyAsync("{ openapi: ./openapi.yaml }", Documents.File("shop-1.yaml"));
        await world.DocumentAsync(1);
        await world.ApplyAsync("{ openapi: ./openapi.yaml }", Documents.File("shop-2.yaml"), "more");
        await world.DocumentAsync(2);
        await world.Store.CommitAsync(
            new StoreTransaction().Put(Kinds.Route, "shop.web.0", new Route
            {
                Host = "shop.example.com", Service = "shop.web",
                Auth = new RouteAuth { Keys = new RouteKeyAuth(), Consumers = ["@partners"] },
            }),
            Cancellation);

        (_, string page) = await world.PageAsync("/apis/web");

        Assert.Contains("<h1>Shop</h1>", page, StringComparison.Ordinal);
        Assert.Contains("listOrders", page, StringComparison.Ordinal);
        Assert.Contains("shop.example.com/", page, StringComparison.Ordinal);
        Assert.Contains("@partners", page, StringComparison.Ordinal);
        Assert.Contains("action=\"/apis/shop.web/diff\"", page, StringComparison.Ordinal);
        foreach (Match link in LinkToSchema().Matches(page))
            Assert.Contains($"id=\"{link.Groups[1].Value}\"", page, StringComparison.Ordinal);
        (_, string diff) = await world.PageAsync("/apis/web/diff?from=1&to=2");
        Assert.Contains("DELETE /orders/{id} is gone; it was deprecated before", diff, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Page_Consumers_ShowsNothingOfKeys()
    {
        await using CatalogueWorld world = await CatalogueWorld.StartAsync();
        await world.Store.CommitAsync(
            new StoreTransaction().Put(Kinds.Consumer, "mobile-app", new Consumer
            {
                CreatedUnixMs = 1, Groups = ["partners"], PasswordHash = "pbkdf2-of-something",
                Keys = [new ConsumerKey { Hash = new string('a', 64), Hint = "fbk_hint1234", CreatedUnixMs = 1 }],
            }),
            Cancellation);

        (_, string page) = await world.PageAsync("/apis/consumers");

        Assert.Contains("mobile-app", page, StringComparison.Ordinal);
        Assert.DoesNotContain("fbk_", page, StringComparison.Ordinal);
        Assert.DoesNotContain("aaaa", page, StringComparison.Ordinal);
        Assert.DoesNotContain("pbkdf2", page, StringComparison.Ordinal);
    }

    [GeneratedRegex("<[^>]*>")]
    private static partial Regex Tags();

    [GeneratedRegex("^<(!doctype html|/?[a-z][a-z0-9]*(\\s+[a-z-]+(=\"[^\"<>]*\")?)*\\s*)>$")]
    private static partial Regex KnownTag();

    [GeneratedRegex("href=\"#(s-[0-9a-f]+)\"")]
    private static partial Regex LinkToSchema();
}
