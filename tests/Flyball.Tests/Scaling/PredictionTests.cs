using System.Globalization;
using System.Text.Json;
using Flyball.Tests.Harness;

namespace Flyball.Tests.Scaling;

/// <summary>
/// The proof on the real executable: a recorded day in minutes goes through the gateway to two services that differ in
/// their policy only, at the same time and with the same requests.
/// </summary>
public sealed class PredictionTests(ITestOutputHelper output)
{
    // A replica serves 40 a second. Reaction alone buys its headroom by a low target; this one costs about as many
    // replicas as forecasting does with the usual one.
    private const int ReactiveTarget = 12;
    private const int PredictiveTarget = 28;

    private static readonly string[] Quickly =
        ["--telemetry-interval", "1s", "--scale-interval", "1s", "--scale-window", "4s", "--scale-history", "1h"];

    private static bool IsLong => Environment.GetEnvironmentVariable("FLYBALL_LONG") == "1";

    [Fact]
    public async Task Predict_RecordedDayInMinutes_ViolatesLessThanReactingForNoMoreReplicas()
    {
        Assert.SkipWhen(RecordedDays.Folder is null, "the load series are not beside the repository");
        var dayLength = TimeSpan.FromSeconds(IsLong ? 480 : 150);
        var days = new RecordedDays(
            Path.Combine(RecordedDays.Folder!, "wc98_peak_1min.csv"), firstDay: 14, daysBefore: 3, peakPerSecond: 240,
            dayLength);
        await using Platform platform = await Platform.StartAsync(extraArguments: Quickly);
        await platform.ApplyAsync(Shop(dayLength, scales: false));
        await days.BackfillAsync(platform, "t.reactive", "t.predictive");
        long began = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();
        await using Running reactive = Drive(platform, days, "reactive");
        await using Running predictive = Drive(platform, days, "predictive");
        await platform.ApplyAsync(Shop(dayLength, scales: true), wait: false);

        Outcome reacted = await OutcomeAsync(platform, reactive, "reactive", began);
        Outcome foresaw = await OutcomeAsync(platform, predictive, "predictive", began);
        output.WriteLine($"reactive   {reacted}");
        output.WriteLine($"predictive {foresaw}");
        (_, string why) = await platform.CliAsync("why", "predictive");
        output.WriteLine(why);
        // Where neither is ever late, fewer replicas decide.
        Assert.True(
            foresaw.ViolationPercent < reacted.ViolationPercent
            || (reacted.ViolationPercent == 0 && foresaw.ViolationPercent == 0
                && foresaw.MeanReplicas < reacted.MeanReplicas),
            $"{foresaw}\n{reacted}\n{why}");
        Assert.True(foresaw.MeanReplicas <= 1.1 * reacted.MeanReplicas, $"{foresaw}\n{reacted}\n{why}");

        // Every decision says what it saw, expected and took for the capacity, and which part of the policy won.
        Assert.Contains("x-scale: act, 1 to 16 replicas", why, StringComparison.Ordinal);
        Assert.Matches(@"forecast: the demand within [\d.]+ s stays below [\d.]+ \(50 %\), [\d.]+ \(95 %\)", why);
        Assert.Matches(@"a replica carries 28 \(stated\)", why);
        Assert.Matches(@"scale: scaled from \d+ to \d+\. prediction, the demand within", why);
        Assert.Matches(
            @"capacity = 28 \(stated\), forecast = .*, prediction = at [\d.]+, asks for \d+, ready = \d+", why);
    }

    private static Running Drive(Platform platform, RecordedDays days, string service) => Running.Start(
        Executables.Flyball,
        [
            "load", $"http://127.0.0.1:{platform.GatewayPort}/order", "-H", $"Host: {service}.localhost",
            .. days.LoadArguments, "--slo", "250ms", "--timeout", "5s", "--seed", "7", "-o", "json",
        ]);

    private static async Task<Outcome> OutcomeAsync(
        Platform platform, Running load, string service, long beganUnixMs)
    {
        await load.Process.WaitForExitAsync(TestContext.Current.CancellationToken);
        load.Process.WaitForExit();
        Assert.True(load.Process.ExitCode == 0, load.Output);
        using JsonDocument report = JsonDocument.Parse(load.Output);
        JsonElement root = report.RootElement;
        long seconds = (DateTimeOffset.UtcNow.ToUnixTimeMilliseconds() - beganUnixMs) / 1000;
        string expression = Uri.EscapeDataString(
            $"avg_over_time(count(flyball_allocation_running{{service=\"{service}\"}})[{seconds}s:1s])");
        using JsonDocument answer = JsonDocument.Parse(
            await platform.Api.GetStringAsync(platform.Metrics("query?query=" + expression)));
        double mean = double.Parse(
            answer.RootElement.GetProperty("data").GetProperty("result")[0].GetProperty("value")[1].GetString()!,
            CultureInfo.InvariantCulture);
        return new Outcome(
            root.GetProperty("due").GetInt64(), root.GetProperty("violationPercent").GetDouble(),
            root.GetProperty("failed").GetInt64(), root.GetProperty("latency").GetProperty("p99Ms").GetDouble(), mean);
    }

    // A replica serves 40 orders a second and is ready eight seconds and more after it was placed.
    private static string Shop(TimeSpan dayLength, bool scales) => string.Join(
        Environment.NewLine,
        ["name: t", "services:", Service("reactive", scales ? Policy(ReactiveTarget) : ""),
            Service("predictive", scales ? Policy(PredictiveTarget) + Ahead(dayLength) : "")]);

    private static string Policy(int target) => $$"""
            x-scale:
              min: 1
              max: 16
              target: { requests_per_second: {{target}} }
              behaviour: { down: { window: 8s } }

        """;

    private static string Ahead(TimeSpan dayLength) => FormattableString.Invariant(
        $"      predict: {{ season: {dayLength.TotalSeconds}s, after: 30s, horizon: 13s, risk: 5% }}");

    private static string Service(string name, string policy) => $$"""
          {{name}}:
            x-driver: process
            working_dir: {{Executables.Shop("web")}}
            command: ["dotnet", "Shop.Web.dll"]
            environment: { SHOP_CLERKS: "4", SHOP_ORDER_MS: "100", SHOP_WARMUP_SECONDS: "8" }
            stop_grace_period: 5s
            deploy: { replicas: 2 }
            healthcheck: { test: ["HTTP", "/healthz"], interval: 1s, start_period: 60s }
            x-route: { host: {{name}}.localhost }
        {{policy}}
        """;

    private sealed record Outcome(
        long Due, double ViolationPercent, long Failed, double P99Ms, double MeanReplicas);
}
