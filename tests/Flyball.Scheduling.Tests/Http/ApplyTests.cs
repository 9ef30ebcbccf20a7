using System.Net;
using System.Text.Json;
using Flyball.Base.Resources;
using Flyball.Contracts;
using Flyball.Contracts.Autoscaling;
using Flyball.Contracts.Journal;
using Flyball.Contracts.Scheduling;

namespace Flyball.Scheduling.Tests.Http;

public sealed class ApplyTests
{
    private const string Shop = """
        name: shop
        services:
          web:
            image: shop/web:1
            deploy: { replicas: 2 }
            x-route: { host: shop.localhost, port: 8080 }
          cart:
            image: shop/cart:1
        """;

    [Fact]
    public async Task Apply_New_WritesWorkloadsRoutesAndAudit()
    {
        await using ApiWorld world = await ApiWorld.StartAsync();
        (HttpStatusCode status, JsonElement body) = await world.ApplyAsync(Shop);

        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Equal("shop", body.GetProperty("project").GetString());
        Assert.Equal(["shop.cart created", "shop.web created"], Changes(body));
        Assert.Equal("shop.localhost", body.GetProperty("routes")[0].GetProperty("host").GetString());
        Assert.Equal(2, world.Store.Current.Get(Kinds.Workload, "shop.web")!.Value.Value.Replicas);
        Assert.Equal(1, world.Store.Current.Count(Kinds.Route.Name));
        AuditEntry audit = Assert.Single(await Audit(world));
        Assert.Equal(("ada", "apply", "shop", "127.0.0.1"), (audit.Identity, audit.Action, audit.Target, audit.Remote));
        Assert.Equal(world.Store.Current.Revision.Value, body.GetProperty("revision").GetInt64());
    }

    [Fact]
    public async Task Apply_Again_ChangesOnlyWhatDiffers()
    {
        await using ApiWorld world = await ApiWorld.StartAsync();
        await world.ApplyAsync(Shop);
        Revision before = world.Store.Current.Revision;
        Assert.Equal(["shop.cart unchanged", "shop.web unchanged"], Changes((await world.ApplyAsync(Shop)).Body));
        Assert.Equal(before, world.Store.Current.Revision);
        Assert.Single(await Audit(world));

        string changed = """
            name: shop
            services:
              web: { image: "shop/web:2", deploy: { replicas: 2 } }
            """;
        Assert.Equal(["shop.web updated", "shop.cart removed"], Changes((await world.ApplyAsync(changed)).Body));
        Assert.Equal(0, world.Store.Current.Count(Kinds.Route.Name));
    }

    [Fact]
    public async Task Apply_PolicyWithBadPromQl_IsRefusedWithItsPlace()
    {
        await using ApiWorld world = await ApiWorld.StartAsync();
        (HttpStatusCode status, JsonElement body) = await world.ApplyAsync(
            """
            name: shop
            services:
              web:
                image: shop/web:1
                x-scale: { max: 9, rules: ["sum( > 3"] }
            """);
        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.Contains("is no PromQL: 1:5: parse error", body.GetRawText(), StringComparison.Ordinal);
        Assert.Contains("x-scale.rules[0]", body.GetRawText(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Apply_Policy_IsKeptBesideTheWorkloadAndGoesWithIt()
    {
        static string Scaled(string policy) => $$"""
            name: shop
            services:
              web:
                image: shop/web:1
                x-route: { host: shop.localhost, port: 8080 }
                {{policy}}
            """;
        const string Policy = "x-scale: { min: 2, max: 9, target: { requests_per_second: 50 } }";
        await using ApiWorld world = await ApiWorld.StartAsync();
        await world.ApplyAsync(Scaled(Policy));
        ScalePolicy stored = world.Store.Current.Get(Kinds.ScalePolicy, "shop.web")!.Value.Value;
        Assert.Equal(("shop.web", 2, 9), (stored.Workload, stored.Min, stored.Max));
        Assert.Equal(["shop.web unchanged"], Changes((await world.ApplyAsync(Scaled(Policy))).Body));

        string wider = Policy.Replace("max: 9", "max: 12", StringComparison.Ordinal);
        Assert.Equal(["shop.web updated"], Changes((await world.ApplyAsync(Scaled(wider))).Body));
        Assert.Equal(12, world.Store.Current.Get(Kinds.ScalePolicy, "shop.web")!.Value.Value.Max);
        Assert.Equal(["shop.web updated"], Changes((await world.ApplyAsync(Scaled(""))).Body));
        Assert.Equal(0, world.Store.Current.Count(Kinds.ScalePolicy.Name));

        await world.ApplyAsync(Scaled(Policy));
        await world.SendAsync(HttpMethod.Delete, "workloads/web");
        Assert.Equal(0, world.Store.Current.Count(Kinds.ScalePolicy.Name));
    }

    [Fact]
    public async Task Apply_DryRun_SaysWhatWouldChange_AndChangesNothing()
    {
        await using ApiWorld world = await ApiWorld.StartAsync();
        (HttpStatusCode status, JsonElement body) = await world.ApplyAsync(Shop, "?dryRun=true");

        Assert.Equal((HttpStatusCode.OK, 2), (status, Changes(body).Length));
        Assert.Equal(Revision.None, world.Store.Current.Revision);
        Assert.Empty(await Audit(world));
    }

    [Fact]
    public async Task Apply_WithErrors_NamesFileLineAndKey()
    {
        await using ApiWorld world = await ApiWorld.StartAsync();
        (HttpStatusCode status, JsonElement body) =
            await world.ApplyAsync("name: shop\nservices:\n  web:\n    imagee: x\n");

        Assert.Equal(HttpStatusCode.BadRequest, status);
        JsonElement error = body.GetProperty("errors").EnumerateArray()
            .Single(row => row.GetProperty("message").GetString()!.Contains("imagee", StringComparison.Ordinal)
                || row.GetProperty("key").GetString()!.EndsWith(".imagee", StringComparison.Ordinal));
        Assert.Equal(
            ("compose.yaml", 4), (error.GetProperty("file").GetString(), error.GetProperty("line").GetInt32()));
        Assert.Equal(Revision.None, world.Store.Current.Revision);
    }

    [Fact]
    public async Task Apply_KeepsWhatTheUserDecided()
    {
        await using ApiWorld world = await ApiWorld.StartAsync();
        await world.ApplyAsync(Shop);
        await world.SendAsync(HttpMethod.Post, "workloads/web/restart");
        await world.SendAsync(HttpMethod.Post, "workloads/web/stop");
        await world.SendAsync(HttpMethod.Post, "workloads/web/scale", """{ "replicas": 5 }""");
        (_, JsonElement body) =
            await world.ApplyAsync(Shop.Replace("shop/web:1", "shop/web:2", StringComparison.Ordinal));

        Workload web = world.Store.Current.Get(Kinds.Workload, "shop.web")!.Value.Value;
        Assert.Equal(("shop/web:2", 1, true), (web.Task.Image, web.RestartGeneration, web.Stopped));
        Assert.Equal(5, world.Store.Current.Get(Kinds.Scale, "shop.web")!.Value.Value.Replicas);
        Assert.Contains(body.GetProperty("warnings").EnumerateArray(), warning =>
            warning.GetProperty("message").GetString()!.Contains("shop.web is stopped", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Apply_RouteOfAnotherProject_IsRefused()
    {
        await using ApiWorld world = await ApiWorld.StartAsync();
        await world.ApplyAsync(Shop);
        (HttpStatusCode status, JsonElement body) =
            await world.ApplyAsync(Shop.Replace("name: shop", "name: blog", StringComparison.Ordinal));

        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.Equal("services.web.x-route", body.GetProperty("errors")[0].GetProperty("field").GetString());
    }

    [Fact]
    public async Task Apply_IfMatchOfAnOlderRevision_Answers412()
    {
        await using ApiWorld world = await ApiWorld.StartAsync();
        string revision = $"\"{(await world.ApplyAsync(Shop)).Body.GetProperty("revision").GetInt64()}\"";
        string second = Shop.Replace("shop/web:1", "shop/web:2", StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, (await world.ApplyAsync(second, ifMatch: revision)).Status);
        Assert.Equal(HttpStatusCode.PreconditionFailed, (await world.ApplyAsync(Shop, ifMatch: revision)).Status);
        Assert.Equal(HttpStatusCode.BadRequest, (await world.ApplyAsync(Shop, ifMatch: "latest")).Status);
    }

    [Theory]
    [InlineData("{", "$")]
    [InlineData("""{ "files": 3 }""", "files")]
    [InlineData("""{ "files": [], "projectDirectory": "/x" }""", "files")]
    [InlineData("""{ "files": [{ "name": "a", "text": "" }], "projectDirectory": "x" }""", "projectDirectory")]
    public async Task Apply_BadBody_NamesTheField(string body, string field)
    {
        await using ApiWorld world = await ApiWorld.StartAsync();
        (HttpStatusCode status, JsonElement problem) = await world.SendAsync(HttpMethod.Post, "apply", body);

        Assert.Equal((HttpStatusCode.BadRequest, field),
            (status, problem.GetProperty("errors")[0].GetProperty("field").GetString()));
    }

    [Fact]
    public async Task Apply_BodyTooLarge_Answers413()
    {
        await using ApiWorld world =
            await ApiWorld.StartAsync(change: options => options with { ManifestBytesMax = 1000 });
        (HttpStatusCode status, JsonElement problem) = await world.ApplyAsync(Shop + new string('#', 1000));

        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, status);
        Assert.Contains("ManifestBytesMax", problem.GetProperty("detail").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Inspect_ListsBuildsFilesAndVariables()
    {
        await using ApiWorld world = await ApiWorld.StartAsync();
        string yaml = """
            name: shop
            services:
              web:
                build: ./web
                env_file: web.env
                environment: { LEVEL: "${LEVEL:-info}" }
            """;
        (HttpStatusCode status, JsonElement body) =
            await world.SendAsync(HttpMethod.Post, "compose/inspect", ApiWorld.ApplyJson(yaml));

        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Equal("/home/ada/shop/web", body.GetProperty("builds")[0].GetProperty("context").GetString());
        Assert.Contains(
            "/home/ada/shop/web.env", body.GetProperty("files").EnumerateArray().Select(file => file.GetString()));
        Assert.Contains("LEVEL", body.GetProperty("variables").EnumerateArray().Select(name => name.GetString()));
    }

    [Fact]
    public async Task Apply_ContextThatWasNotUploaded_IsRefused()
    {
        await using ApiWorld world = await ApiWorld.StartAsync();
        string digest = "sha256:" + new string('a', 64);
        string body =
            ApiWorld.ApplyJson("name: shop\nservices:\n  web:\n    build: .\n", $$"""{ "web": "{{digest}}" }""");
        (HttpStatusCode status, JsonElement problem) = await world.SendAsync(HttpMethod.Post, "apply", body);

        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.Equal("contexts.web", problem.GetProperty("errors")[0].GetProperty("field").GetString());
    }

    [Fact]
    public async Task Change_WithoutThePermission_IsRefused()
    {
        await using ApiWorld world = await ApiWorld.StartAsync();
        world.Client.DefaultRequestHeaders.Authorization =
            new System.Net.Http.Headers.AuthenticationHeaderValue("Role", "reader");
        using HttpResponseMessage apply = await world.Client.PostAsync(
            new Uri("apply", UriKind.Relative), null, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.Forbidden, apply.StatusCode);

        world.Client.DefaultRequestHeaders.Authorization = null;
        using HttpResponseMessage list = await world.Client.GetAsync(
            new Uri("workloads", UriKind.Relative), TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.Unauthorized, list.StatusCode);
    }

    private static string[] Changes(JsonElement body) =>
        [.. body.GetProperty("workloads").EnumerateArray()
            .Select(row => $"{row.GetProperty("name")} {row.GetProperty("change")}")];

    private static async Task<AuditEntry[]> Audit(ApiWorld world) =>
        [.. (await world.Store.ReadAsync(new JournalQuery(JournalTables.Audit))).Select(JournalEntries.Audit)];
}
