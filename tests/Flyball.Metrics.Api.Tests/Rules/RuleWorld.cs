using System.Text.Json;
using Flyball.Metrics.Model;
using Flyball.Metrics.Rules;
using Flyball.Metrics.Rules.Evaluating;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace Flyball.Metrics.Api.Tests.Rules;

/// <summary>A server with one rule file, whose clock goes from one evaluation to the next.</summary>
internal sealed class RuleWorld : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly Func<MetricsOptions, MetricsOptions> change;
    private readonly string directory = Directory.CreateTempSubdirectory("flyball-rules-").FullName;

    private RuleWorld(Func<MetricsOptions, MetricsOptions> change, FakeTimeProvider? clock)
    {
        this.change = change;
        Clock = clock ?? new FakeTimeProvider(DateTimeOffset.UnixEpoch.AddHours(2));
    }

    public ApiServer Server { get; private set; } = null!;

    public FakeTimeProvider Clock { get; }

    public string RuleFile => Path.Combine(directory, "rules.yaml");

    public long NowMs => Clock.GetUtcNow().ToUnixTimeMilliseconds();

    public RuleEngine Engine => Server.Services.GetRequiredService<RuleEngine>();

    public static async Task<RuleWorld> StartAsync(
        string rules, Func<MetricsOptions, MetricsOptions>? change = null, FakeTimeProvider? clock = null)
    {
        var world = new RuleWorld(change ?? (options => options), clock);
        await File.WriteAllTextAsync(world.RuleFile, rules);
        await world.StartServerAsync();
        return world;
    }

    public async Task StartServerAsync() => Server = await ApiServer.StartAsync(
        options => change(options with { RuleFiles = [Path.Combine(directory, "*.yaml")] }), directory, Clock);

    public Task AppendAsync(double value, params (string Name, string Value)[] labels) => Server.AppendAsync(batch =>
    {
        batch.BeginSeries(Labels.Of(labels));
        batch.Add(NowMs, value);
    });

    /// <summary>Lets each group come to its next evaluation.</summary>
    public async Task EvaluateAsync()
    {
        RunningGroup group = Engine.Groups.Single();
        long before = group.Rules[^1].Status.EvaluatedAtMs;
        int seen = group.Evaluations;
        Clock.Advance(group.Interval);
        await UntilAsync(
            () => Task.FromResult(group.Evaluations > seen && group.Rules[^1].Status.EvaluatedAtMs > before));
    }

    public static async Task UntilAsync(Func<Task<bool>> condition)
    {
        using var patience = new CancellationTokenSource(Patience);
        while (!await condition()) await Task.Delay(5, patience.Token);
    }

    /// <summary>The data of an answer.</summary>
    public async Task<JsonElement> GetAsync(string path)
    {
        using JsonDocument answer = JsonDocument.Parse(await Server.Http.GetStringAsync("/api/v1/" + path));
        return answer.RootElement.GetProperty("data").Clone();
    }

    /// <summary>Labels and value of each series of an instant query, as text.</summary>
    public async Task<string[]> QueryAsync(string expression)
    {
        JsonElement data = await GetAsync("query?query=" + Uri.EscapeDataString(expression));
        return [.. data.GetProperty("result").EnumerateArray()
            .Select(row => $"{row.GetProperty("metric").GetRawText()} {row.GetProperty("value")[1].GetString()}")
            .Order(StringComparer.Ordinal)];
    }

    public async ValueTask DisposeAsync() => await Server.DisposeAsync();
}
