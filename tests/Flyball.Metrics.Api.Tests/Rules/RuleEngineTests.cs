using System.Net;
using System.Text.Json;
using Flyball.Metrics.Rules.Evaluating;

namespace Flyball.Metrics.Api.Tests.Rules;

/// <summary>Rules at work on a server whose clock the test moves.</summary>
public sealed class RuleEngineTests
{
    private const string Rules = """
        groups:
          - name: g
            interval: 30s
            rules:
              - record: job:load:sum
                expr: sum by (job) (load)
                labels: { kind: sum }
              - alert: Loaded
                expr: job:load:sum > 5
                for: 1m
                labels: { severity: page }
                annotations:
                  summary: "{{ $labels.job }} has {{ $value }}"
        """;

    [Fact]
    public async Task Evaluate_RecordingRule_ItsSeriesAppearAndEnd()
    {
        await using RuleWorld world = await RuleWorld.StartAsync(Rules);
        await world.AppendAsync(1, ("__name__", "load"), ("job", "a"), ("x", "1"));
        await world.AppendAsync(2, ("__name__", "load"), ("job", "a"), ("x", "2"));

        await world.EvaluateAsync();

        Assert.Equal(
            ["""{"__name__":"job:load:sum","job":"a","kind":"sum"} 3"""], await world.QueryAsync("job:load:sum"));

        await world.AppendAsync(double.NaN, ("__name__", "other"));
        await world.Server.AppendAsync(batch =>
        {
            foreach (string x in new[] { "1", "2" })
            {
                batch.BeginSeries(Model.Labels.Of(("__name__", "load"), ("job", "a"), ("x", x)));
                batch.Add(world.NowMs, Model.SpecialValues.StaleNaN);
            }
        });
        await world.EvaluateAsync();

        Assert.Empty(await world.QueryAsync("job:load:sum"));
    }

    [Fact]
    public async Task Evaluate_Alert_PendingFiringResolvedAndSent()
    {
        await using FakeAlertmanager receiver = await FakeAlertmanager.StartAsync();
        await using RuleWorld world = await RuleWorld.StartAsync(Rules, options => options with
        {
            Alertmanagers = [receiver.Address],
            ExternalUrl = "http://here",
            ExternalLabels = new Dictionary<string, string> { ["cluster"] = "eu", ["severity"] = "lost" },
        });
        await world.AppendAsync(9, ("__name__", "load"), ("job", "a"));
        await world.EvaluateAsync();
        long activeAt = world.Engine.Groups[0].LastEvaluationMs;
        JsonElement pending = Assert.Single((await world.GetAsync("alerts")).GetProperty("alerts").EnumerateArray());
        Assert.Equal(
            ("pending", "9e+00"), (pending.GetProperty("state").GetString(), pending.GetProperty("value").GetString()));
        Assert.Empty(receiver.Alerts);

        await world.EvaluateAsync();
        Assert.Equal("{} 1", Assert.Single(await world.QueryAsync(
            """count(ALERTS{alertname="Loaded",alertstate="pending",job="a",kind="sum",severity="page"})""")));
        await world.EvaluateAsync();

        await RuleWorld.UntilAsync(() => Task.FromResult(receiver.Alerts.Length > 0));
        JsonElement sent = receiver.Alerts[0];
        Assert.Equal(
            """{"alertname":"Loaded","cluster":"eu","job":"a","kind":"sum","severity":"page"}""",
            sent.GetProperty("labels").GetRawText());
        Assert.Equal("""{"summary":"a has 9"}""", sent.GetProperty("annotations").GetRawText());
        Assert.Equal("http://here/graph?g0.expr=job%3Aload%3Asum%20%3E%205&g0.tab=1", sent.GetProperty("generatorURL")
            .GetString());
        Assert.Equal(activeAt + 60_000, sent.GetProperty("startsAt").GetDateTimeOffset().ToUnixTimeMilliseconds());
        Assert.Equal(
            activeAt + 60_000 + 240_000, sent.GetProperty("endsAt").GetDateTimeOffset().ToUnixTimeMilliseconds());
        Assert.Equal(
            $"{{}} {activeAt / 1000}",
            Assert.Single(await world.QueryAsync("""sum(ALERTS_FOR_STATE{alertname="Loaded",job="a"})""")));

        await world.AppendAsync(1, ("__name__", "load"), ("job", "a"));
        await world.EvaluateAsync();
        long resolvedAt = world.Engine.Groups[0].LastEvaluationMs;

        await RuleWorld.UntilAsync(() => Task.FromResult(receiver.Alerts.Length > 1));
        Assert.Equal(resolvedAt, receiver.Alerts[1].GetProperty("endsAt").GetDateTimeOffset().ToUnixTimeMilliseconds());
        Assert.Empty(await world.QueryAsync("ALERTS"));
        Assert.Empty((await world.GetAsync("alerts")).GetProperty("alerts").EnumerateArray());
    }

    [Fact]
    public async Task Send_ReceiverRefuses_TheAlertComesAgain()
    {
        await using FakeAlertmanager receiver = await FakeAlertmanager.StartAsync();
        receiver.Status = 500;
        await using RuleWorld world = await RuleWorld.StartAsync(
            "groups: [{name: g, interval: 30s, rules: [{alert: A, expr: 'vector(1)'}]}]",
            options => options with { Alertmanagers = [receiver.Address] });

        await world.EvaluateAsync();
        await RuleWorld.UntilAsync(() => Task.FromResult(receiver.Alerts.Length == 1));
        for (int i = 0; i < 3; i++) await world.EvaluateAsync();

        await RuleWorld.UntilAsync(() => Task.FromResult(receiver.Alerts.Length == 2));
    }

    [Fact]
    public async Task Restart_WhileAnAlertIsPending_ItGoesOnWhereItWas()
    {
        await using RuleWorld world = await RuleWorld.StartAsync(
            "groups: [{name: g, interval: 1m, rules: [{alert: A, expr: 'vector(1)', for: 30m}]}]");
        for (int i = 0; i < 8; i++) await world.EvaluateAsync();
        Alert before = Assert.Single(world.Engine.Groups[0].Rules[0].Status.Alerts);
        long lastSeen = world.Engine.Groups[0].LastEvaluationMs;

        await world.Server.StopAsync();
        world.Clock.Advance(TimeSpan.FromMinutes(10));
        await world.StartServerAsync();
        await world.EvaluateAsync();
        await world.EvaluateAsync();
        long restoredAt = world.Engine.Groups[0].LastEvaluationMs;
        await world.EvaluateAsync();

        // The time in which nobody looked does not count.
        Assert.Equal(
            (before.ActiveAtMs / 1000 * 1000) + (restoredAt - lastSeen),
            Assert.Single(world.Engine.Groups[0].Rules[0].Status.Alerts).ActiveAtMs);
        Assert.Single(await world.QueryAsync("ALERTS_FOR_STATE"));
    }

    [Fact]
    public async Task Reload_ChangedFile_RulesAreExchangedAndKeepTheirAlerts()
    {
        await using RuleWorld world = await RuleWorld.StartAsync(Rules);
        await world.AppendAsync(9, ("__name__", "load"), ("job", "a"));
        await world.EvaluateAsync();
        long activeAt = Assert.Single(world.Engine.Groups[0].Rules[1].Status.Alerts).ActiveAtMs;
        await File.WriteAllTextAsync(
            world.RuleFile, Rules.Replace("job:load:sum > 5", "job:load:sum > 6", StringComparison.Ordinal)
            .Replace("{ kind: sum }", "{ kind: total }", StringComparison.Ordinal));

        Assert.Equal(HttpStatusCode.OK, (await world.Server.Http.PostAsync("/-/reload", null)).StatusCode);

        Assert.Empty(await world.QueryAsync("job:load:sum"));
        await world.EvaluateAsync();
        Assert.Equal("""{"__name__":"job:load:sum","job":"a","kind":"total"} 9""",
            Assert.Single(await world.QueryAsync("job:load:sum")));
        Alert[] alerts = [.. world.Engine.Groups[0].Rules[1].Status.Alerts.Where(alert => alert.IsActive)];
        Assert.DoesNotContain(alerts, alert => alert.ActiveAtMs == activeAt && alert.Labels.Get("kind") == "total");
        Assert.Equal("job:load:sum > 6", world.Engine.Groups[0].Rules[1].Spec.Query);
    }

    [Fact]
    public async Task Watch_FileIsBroken_TheOldRulesGoOn()
    {
        await using RuleWorld world = await RuleWorld.StartAsync(Rules);
        RunningGroup before = world.Engine.Groups[0];
        await File.WriteAllTextAsync(world.RuleFile, "groups: [{name: ''}]");

        HttpResponseMessage answer = await world.Server.Http.PostAsync("/-/reload", null);

        Assert.Equal(HttpStatusCode.InternalServerError, answer.StatusCode);
        Assert.Contains("rules.yaml:1:10: Groupname must not be empty", await answer.Content.ReadAsStringAsync(),
            StringComparison.Ordinal);
        Assert.Same(before, world.Engine.Groups[0]);
        Assert.False((await world.GetAsync("status/runtimeinfo")).GetProperty("reloadConfigSuccess").GetBoolean());

        await File.WriteAllTextAsync(world.RuleFile, "groups: []");
        await RuleWorld.UntilAsync(() =>
        {
            world.Clock.Advance(TimeSpan.FromSeconds(5));
            return Task.FromResult(world.Engine.Groups.Count == 0);
        });
    }

    [Fact]
    public async Task Evaluate_TooManyOrEqualSeries_IsAnErrorOfTheRule()
    {
        await using RuleWorld world = await RuleWorld.StartAsync("""
            groups:
              - name: g
                interval: 30s
                limit: 1
                rules:
                  - { record: many, expr: load }
                  - { record: same, expr: sum by (job) (load), labels: { job: "" } }
            """);
        await world.AppendAsync(1, ("__name__", "load"), ("job", "a"));
        await world.AppendAsync(2, ("__name__", "load"), ("job", "b"));

        await world.EvaluateAsync();

        JsonElement[] rules =
            [.. (await world.GetAsync("rules")).GetProperty("groups")[0].GetProperty("rules").EnumerateArray()];
        Assert.All(rules, rule => Assert.Equal("err", rule.GetProperty("health").GetString()));
        Assert.Equal("exceeded limit of 1 with 2 series", rules[0].GetProperty("lastError").GetString());
        Assert.Empty(await world.QueryAsync("many"));
    }

    [Fact]
    public async Task RulesApi_Filters_ShowWhatIsAskedFor()
    {
        await using RuleWorld world = await RuleWorld.StartAsync(
            Rules + "\n  - { name: h, rules: [ { record: b, expr: '1' } ] }");

        async Task<string> NamesAsync(string query) => string.Join(' ', (await world.GetAsync("rules" + query))
            .GetProperty("groups").EnumerateArray()
            .SelectMany(group => group.GetProperty("rules").EnumerateArray())
            .Select(rule => rule.GetProperty("name").GetString()));

        Assert.Equal("job:load:sum Loaded b", await NamesAsync(""));
        Assert.Equal("Loaded", await NamesAsync("?type=alert"));
        Assert.Equal("job:load:sum b", await NamesAsync("?type=record"));
        Assert.Equal("b", await NamesAsync("?rule_group[]=h"));
        Assert.Equal("Loaded b", await NamesAsync("?rule_name[]=Loaded&rule_name[]=b"));
        Assert.Equal("Loaded", await NamesAsync("?match[]={severity=\"page\"}"));
        JsonElement first = await world.GetAsync("rules?group_limit=1");
        Assert.Equal("b",
            await NamesAsync("?group_limit=1&group_next_token=" + first.GetProperty("groupNextToken").GetString()));
        Assert.Equal(HttpStatusCode.BadRequest, (await world.Server.Http.GetAsync("/api/v1/rules?type=x")).StatusCode);
        Assert.Equal(HttpStatusCode.BadRequest,
            (await world.Server.Http.GetAsync("/api/v1/rules?group_limit=1&group_next_token=x")).StatusCode);
    }

    [Fact]
    public async Task Start_WithABrokenFile_TheServerRunsAndTakesItWhenItIsMended()
    {
        await using RuleWorld world = await RuleWorld.StartAsync("groups: [{name: ''}]");
        Assert.False((await world.GetAsync("status/runtimeinfo")).GetProperty("reloadConfigSuccess").GetBoolean());

        await File.WriteAllTextAsync(world.RuleFile, Rules);
        await RuleWorld.UntilAsync(() =>
        {
            world.Clock.Advance(TimeSpan.FromSeconds(5));
            return Task.FromResult(world.Engine.Groups.Count == 1);
        });

        Assert.True((await world.GetAsync("status/runtimeinfo")).GetProperty("reloadConfigSuccess").GetBoolean());
    }
}
