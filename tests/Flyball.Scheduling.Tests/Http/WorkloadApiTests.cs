using System.Net;
using System.Text.Json;
using Flyball.Base.Resources;
using Flyball.Contracts;
using Flyball.Contracts.Agent;
using Flyball.Contracts.Scheduling;

namespace Flyball.Scheduling.Tests.Http;

public sealed class WorkloadApiTests
{
    private const string Yaml = """
        name: shop
        services:
          web: { image: "shop/web:1", deploy: { replicas: 3 } }
        """;

    [Theory]
    [InlineData("""{ "replicas": -1 }""", "replicas")]
    [InlineData("""{ "replicas": 10001 }""", "replicas")]
    [InlineData("{}", "replicas")]
    [InlineData("""{ "replicas": "six" }""", "replicas")]
    [InlineData("""{ "replicas": 2, "pin": "soon" }""", "pin")]
    [InlineData("""{ "replicas": 2, "pin": "999d" }""", "pin")]
    public async Task Scale_OutOfRange_NamesTheField(string body, string field)
    {
        await using ApiWorld world = await ApiWorld.StartAsync();
        await world.ApplyAsync(Yaml);
        (HttpStatusCode status, JsonElement problem) =
            await world.SendAsync(HttpMethod.Post, "workloads/web/scale", body);

        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.Equal(field, problem.GetProperty("errors")[0].GetProperty("field").GetString());
        Assert.Equal(0, world.Store.Current.Count(Kinds.Scale.Name));
    }

    [Fact]
    public async Task Scale_IsWrittenWithItsPin()
    {
        await using ApiWorld world = await ApiWorld.StartAsync();
        await world.ApplyAsync(Yaml);
        long before = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds();
        (HttpStatusCode status, JsonElement answer) =
            await world.SendAsync(HttpMethod.Post, "workloads/shop.web/scale", """{ "replicas": 7, "pin": "2h" }""");

        Assert.Equal((HttpStatusCode.OK, "shop.web", 7),
            (status, answer.GetProperty("name").GetString(), answer.GetProperty("replicas").GetInt32()));
        Scale scale = world.Store.Current.Get(Kinds.Scale, "shop.web")!.Value.Value;
        Assert.Equal((7, "user"), (scale.Replicas, scale.Source));
        Assert.InRange(scale.PinnedUntilUnixMs!.Value - before, 7_200_000, 7_260_000);
    }

    [Theory]
    [InlineData("act", true)]
    [InlineData("advise", false)]
    public async Task Scale_BesideAPolicy_SaysWhichOfTheTwoWins(string mode, bool isSaid)
    {
        const string Policy = ", expose: [80], x-route: { host: x }, "
            + "x-scale: { mode: MODE, max: 9, target: { requests_per_second: 5 } } }";
        await using ApiWorld world = await ApiWorld.StartAsync();
        await world.ApplyAsync(
            Yaml.Replace(" } }", " }" + Policy.Replace("MODE", mode, StringComparison.Ordinal),
                StringComparison.Ordinal));
        (_, JsonElement answer) =
            await world.SendAsync(HttpMethod.Post, "workloads/web/scale", """{ "replicas": 7 }""");

        Assert.Equal(isSaid, answer.TryGetProperty("note", out JsonElement note));
        if (isSaid)
            Assert.StartsWith("held against its x-scale until ", note.GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Change_IfMatch_HoldsOnlyAtItsRevision()
    {
        await using ApiWorld world = await ApiWorld.StartAsync();
        await world.ApplyAsync(Yaml);
        string revision = $"\"{world.Store.Current.Get(Kinds.Workload, "shop.web")!.Value.Revision}\"";

        Assert.Equal(HttpStatusCode.OK,
            (await world.SendAsync(HttpMethod.Post, "workloads/web/restart", ifMatch: revision)).Status);
        Assert.Equal(HttpStatusCode.PreconditionFailed,
            (await world.SendAsync(HttpMethod.Post, "workloads/web/restart", ifMatch: revision)).Status);
        Assert.Equal(HttpStatusCode.PreconditionFailed,
            (await world.SendAsync(HttpMethod.Delete, "workloads/web", ifMatch: revision)).Status);
        Assert.Equal(1, world.Store.Current.Get(Kinds.Workload, "shop.web")!.Value.Value.RestartGeneration);
    }

    [Fact]
    public async Task Restart_ManyAtOnce_LosesNone()
    {
        await using ApiWorld world = await ApiWorld.StartAsync();
        await world.ApplyAsync(Yaml);
        var answers = await Task.WhenAll(
            Enumerable.Range(0, 6).Select(_ => world.SendAsync(HttpMethod.Post, "workloads/web/restart")));

        int taken = answers.Count(answer => answer.Status == HttpStatusCode.OK);
        Assert.Equal(taken, world.Store.Current.Get(Kinds.Workload, "shop.web")!.Value.Value.RestartGeneration);
        Assert.All(answers, answer => Assert.True(answer.Status is HttpStatusCode.OK or HttpStatusCode.Conflict));
    }

    [Fact]
    public async Task Names_UnknownAndAmbiguous_AreSaid()
    {
        await using ApiWorld world = await ApiWorld.StartAsync();
        await world.ApplyAsync(Yaml);
        (HttpStatusCode status, JsonElement problem) = await world.SendAsync(HttpMethod.Get, "workloads/wbe");
        Assert.Equal(HttpStatusCode.NotFound, status);
        Assert.Contains("shop.web", problem.GetProperty("detail").GetString(), StringComparison.Ordinal);

        await world.ApplyAsync(Yaml.Replace("name: shop", "name: blog", StringComparison.Ordinal));
        (status, problem) = await world.SendAsync(HttpMethod.Post, "workloads/web/stop");
        Assert.Equal(HttpStatusCode.Conflict, status);
        Assert.Contains("blog.web, shop.web", problem.GetProperty("detail").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Remove_ProjectOrWorkload_TakesTheRoutesAlong()
    {
        await using ApiWorld world = await ApiWorld.StartAsync();
        string routed = Yaml.Replace(
            "replicas: 3 }", "replicas: 3 }, x-route: { host: shop.localhost, port: 80 }", StringComparison.Ordinal);
        await world.ApplyAsync(routed);
        (HttpStatusCode status, JsonElement answer) = await world.SendAsync(HttpMethod.Delete, "workloads/web");
        Assert.Equal((HttpStatusCode.OK, 1), (status, answer.GetProperty("routes").GetArrayLength()));
        Assert.Empty(world.Store.Current.All());

        await world.ApplyAsync(routed);
        Assert.Equal(HttpStatusCode.OK, (await world.SendAsync(HttpMethod.Delete, "projects/shop")).Status);
        Assert.Empty(world.Store.Current.All());
        Assert.Equal(HttpStatusCode.NotFound, (await world.SendAsync(HttpMethod.Delete, "projects/shop")).Status);
    }

    [Fact]
    public async Task Why_TellsWhatIsWrong_AndWhenItIsTriedAgain()
    {
        await using ApiWorld world = await ApiWorld.StartAsync(schedules: true);
        await world.ApplyAsync(Yaml);
        await UntilAsync(
            world, () => world.Store.Current.Get(Kinds.Rollout, "shop.web") is { Value.Waiting.Length: > 0 });
        Assert.Equal("shop.web wants 3, runs 0: no node can run it: there is no node, start an agent.",
            await SummaryAsync(world, "web"));

        await world.Store.CommitAsync(
            new StoreTransaction().Put(Kinds.Node, "n1", Node), TestContext.Current.CancellationToken);
        await UntilAsync(world, () => world.Store.Current.Count(Kinds.Allocation.Name) == 3);
        Allocation[] all = [.. world.Store.Current.List(Kinds.Allocation).Select(row => row.Value)];
        await ReportAsync(world, all[0], AllocationPhase.Running);
        await ReportAsync(world, all[1], AllocationPhase.Running);
        await ReportAsync(world, all[2], AllocationPhase.BackingOff, looping: true);
        string id = all[2].Id[^8..];
        Assert.StartsWith($"shop.web wants 3, runs 2: allocation {id} is crash-looping: exit code 1",
            await SummaryAsync(world, "web"), StringComparison.Ordinal);

        (HttpStatusCode status, JsonElement one) = await world.SendAsync(HttpMethod.Get, $"why/{id}");
        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Equal(
            $"shop.web allocation {id} is crash-looping: exit code 1 on n1.", one.GetProperty("summary").GetString());
        JsonElement placed = one.GetProperty("decisions")[0].GetProperty("value");
        Assert.Equal(("placement", all[2].Id), (placed.GetProperty("area").GetString(), placed.GetProperty("inputs")
            .GetProperty("allocation").GetString()));
    }

    [Fact]
    public async Task Lists_ShowWhatRuns()
    {
        await using ApiWorld world = await ApiWorld.StartAsync(schedules: true);
        await world.Store.CommitAsync(
            new StoreTransaction().Put(Kinds.Node, "n1", Node), TestContext.Current.CancellationToken);
        await world.ApplyAsync(Yaml);
        await UntilAsync(world, () => world.Store.Current.Count(Kinds.Allocation.Name) == 3);
        Allocation first = world.Store.Current.List(Kinds.Allocation).First().Value;
        await ReportAsync(world, first, AllocationPhase.Running);

        JsonElement row = (await world.SendAsync(HttpMethod.Get, "workloads")).Body[0];
        Assert.Equal((3, 1, 1), (row.GetProperty("replicas").GetInt32(), row.GetProperty("running").GetInt32(),
            row.GetProperty("healthy").GetInt32()));
        Assert.Equal(("Progressing", "shop/web:1"),
            (row.GetProperty("rollout").GetString(), row.GetProperty("runs").GetString()));
        JsonElement all = (await world.SendAsync(HttpMethod.Get, "allocations?workload=web")).Body;
        Assert.Equal(3, all.GetArrayLength());
        JsonElement byPrefix = (await world.SendAsync(HttpMethod.Get, $"allocations/{first.Id[^6..]}")).Body;
        Assert.Equal("Running", byPrefix.GetProperty("status").GetProperty("phase").GetString());
        Assert.Equal(HttpStatusCode.NotFound, (await world.SendAsync(HttpMethod.Get, "allocations/nothing")).Status);
    }

    private static Node Node => new()
    {
        Id = "n1", Hostname = "n1", Address = "127.0.0.1", CpuCores = 4, MemoryBytes = 1L << 33,
            State = NodeState.Ready,
        Drivers = [new DriverInfo("docker", true, "29")], ChangedUnixMs = 0,
    };

    private static async Task<string?> SummaryAsync(ApiWorld world, string name) =>
        (await world.SendAsync(HttpMethod.Get, $"why/{name}")).Body.GetProperty("summary").GetString();

    private static async Task ReportAsync(
        ApiWorld world, Allocation row, AllocationPhase phase, bool looping = false) =>
        await world.Store.CommitAsync(
            new StoreTransaction().Put(Kinds.AllocationStatus, row.Id, new AllocationStatus
            {
                Allocation = row.Id, Workload = row.Workload, Node = row.Node, Phase = phase, CrashLooping = looping,
                ExitCode = looping ? 1 : null, Health = phase == AllocationPhase.Running
                    ? HealthState.Passing : HealthState.Unknown,
                ObservedUnixMs = 0,
            }),
            TestContext.Current.CancellationToken);

    private static async Task UntilAsync(ApiWorld world, Func<bool> condition)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        if (condition()) return;
        await foreach (ChangeBatch _ in world.Store.WatchAsync([], Revision.None, limit.Token))
            if (condition()) return;
    }
}
