using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Flyball.Tests.Harness;

namespace Flyball.Tests.Metrics;

/// <summary>Metrics on the real executable: who may ask, what survives, and the commands.</summary>
public sealed class MetricsTests
{
    private const string Rules = "groups: [{name: g, interval: 1s, rules: [{record: answer, expr: vector(42)}]}]";

    [Fact]
    public async Task Api_ByToken_BearerAndBasicAreAllowedNobodyElse()
    {
        await using Platform platform = await Platform.StartAsync();
        string token = platform.Api.DefaultRequestHeaders.Authorization!.Parameter!;

        async Task<HttpStatusCode> AskAsync(string path, AuthenticationHeaderValue? identity)
        {
            using var http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{platform.ApiPort}") };
            http.DefaultRequestHeaders.Authorization = identity;
            return (await http.GetAsync(path)).StatusCode;
        }

        AuthenticationHeaderValue Basic(string pair) =>
            new("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes(pair)));

        const string Query = "/api/v1/query?query=1";
        Assert.Equal(HttpStatusCode.Unauthorized, await AskAsync(Query, null));
        Assert.Equal(HttpStatusCode.Unauthorized, await AskAsync(Query, Basic("admin:wrong")));
        Assert.Equal(HttpStatusCode.Unauthorized, await AskAsync(Query, new("Basic", "%%%")));
        Assert.Equal(HttpStatusCode.OK, await AskAsync(Query, Basic("anybody:" + token)));
        Assert.Equal(HttpStatusCode.OK, await AskAsync("/prometheus" + Query, new("Bearer", token)));
        Assert.Equal(HttpStatusCode.Unauthorized, await AskAsync("/federate?match[]=up", null));
        Assert.Equal(HttpStatusCode.OK, await AskAsync("/-/ready", null));
    }

    [Fact]
    public async Task Samples_ServerIsKilled_AreThereAfterwardsAndInTheBackup()
    {
        string rules = Path.GetTempFileName();
        await File.WriteAllTextAsync(rules, Rules);
        await using Platform platform = await Platform.StartAsync(
            extraArguments: ["--metrics-rule-files", rules, "--metrics-retention", "10d"]);
        await Eventually.TrueAsync(
            async () =>
                await CountAsync(platform, "answer") >= 2, TimeSpan.FromSeconds(30), () => platform.Server!.Output);
        double before = await CountAsync(platform, "answer");

        await platform.Server!.KillAsync();
        await File.WriteAllTextAsync(rules, "groups: []");
        await platform.StartServerAsync();
        File.Delete(rules);

        Assert.True(await CountAsync(platform, "answer") >= before, platform.Server.Output);
        string file = Path.Combine(platform.Directory, "metrics.flyball");
        Assert.Equal(0, (await platform.CliAsync("backup", file)).ExitCode);
        await using Platform second = await Platform.StartAsync();
        (int code, string output) = await second.CliAsync("restore", file, "--yes");
        Assert.True(code == 0, output + second.Server!.Output);
        Assert.True(await CountAsync(second, "answer") >= before, second.Server.Output);
        (code, output) = await second.CliAsync("query", "last_over_time(answer[1h])");
        Assert.True(code == 0, output);
        Assert.Contains("answer", output, StringComparison.Ordinal);
        Assert.Contains("42", output, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Path.Combine(second.ServerData, "metrics.old")));

        (code, output) = await second.CliAsync("tsdb", "check", second.ServerData);
        Assert.True(code == 2, output);
        second.Server.Signal(15);
        await second.Server.Process.WaitForExitAsync();
        (code, output) = await second.CliAsync("tsdb", "check", second.ServerData);
        Assert.True(code == 0, output);
        Assert.EndsWith("whole\n", output, StringComparison.Ordinal);
        (code, output) = await second.CliAsync("tsdb", "export", second.ServerData, "--match", "answer");
        Assert.StartsWith("# TYPE answer unknown\nanswer{} 42 ", output, StringComparison.Ordinal);
        Assert.EndsWith("# EOF\n", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_WrongSettingsOrRules_NamesEachOfThem()
    {
        await using Running refused = Running.Start(
            Executables.Flyball,
            ["server", "--metrics-retention", "soon", "--metrics-queries-max", "0", "--metrics-alertmanagers",
                "nowhere"]);
        await refused.Process.WaitForExitAsync();

        Assert.Equal(2, refused.Process.ExitCode);
        foreach (string setting in new[] { "--metrics-retention", "--metrics-queries-max", "--metrics-alertmanagers" })
            Assert.Contains(setting, refused.Output, StringComparison.Ordinal);
    }

    private static async Task<double> CountAsync(Platform platform, string metric)
    {
        using JsonDocument answer = JsonDocument.Parse(
            await platform.Api.GetStringAsync(platform.Metrics($"query?query=count_over_time({metric}[1h])")));
        JsonElement result = answer.RootElement.GetProperty("data").GetProperty("result");
        return result.GetArrayLength() == 0
            ? 0
            : double.Parse(
                result[0].GetProperty("value")[1].GetString()!, System.Globalization.CultureInfo.InvariantCulture);
    }
}
