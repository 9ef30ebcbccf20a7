using System.Text;
using System.Text.Json;
using Flyball.Tests.Harness;

namespace Flyball.Tests.Discovery;

/// <summary>What is registered in a real etcd is served by the gateway of the real executable.</summary>
public sealed class SourcePeerTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task Gateway_ServiceOfAnEtcd_IsServedAndOutlivesTheEtcd()
    {
        string folder = Directory.CreateTempSubdirectory("flyball-source-").FullName;
        Directory.CreateDirectory(Path.Combine(folder, "outside"));
        await File.WriteAllTextAsync(Path.Combine(folder, "outside", "index.html"), "outside");
        (int port, int client, int peer) = (Ports.Next(), Ports.Next(), Ports.Next());
        await using Running httpd = Running.Start(
            "busybox", ["httpd", "-f", "-p", $"127.0.0.1:{port}", "-h", $"{folder}/outside"]);
        await using Running etcd = Running.Start("etcd",
        [
            "--data-dir", $"{folder}/etcd", "--listen-client-urls", $"http://127.0.0.1:{client}",
            "--advertise-client-urls", $"http://127.0.0.1:{client}", "--listen-peer-urls", $"http://127.0.0.1:{peer}",
            "--initial-advertise-peer-urls", $"http://127.0.0.1:{peer}",
            "--initial-cluster", $"default=http://127.0.0.1:{peer}",
        ]);
        using var http = new HttpClient();
        await Eventually.TrueAsync(
            () => PutAsync(http, client, "/services/t.web/1", $"127.0.0.1:{port}"), Patience, () => etcd.Output);
        await using Platform platform = await Platform.StartAsync(extraArguments:
            ["--discovery-sources", $"old=etcd://127.0.0.1:{client}/services/"]);
        await platform.ApplyAsync(ComposeText.Quick(Path.Combine(folder, "outside"), 1));
        await platform.CliAsync("stop", "web", "--wait");
        await Eventually.TrueAsync(async () => await AnswerAsync(http, platform) == "outside", Patience,
            () => "the gateway serves what etcd names");
        Assert.Contains("current", (await platform.CliAsync("sources")).Output, StringComparison.Ordinal);

        await etcd.KillAsync();
        await Eventually.TrueAsync(
            async () => (await platform.CliAsync("sources")).Output.Contains("away", StringComparison.Ordinal),
            Patience, () => "away");
        await platform.Server!.KillAsync();
        await platform.StartServerAsync();
        await Eventually.TrueAsync(async () => await AnswerAsync(http, platform) == "outside", Patience,
            () => "the gateway serves what etcd named");
    }

    private static async Task<string> AnswerAsync(HttpClient http, Platform platform)
    {
        using var request = new HttpRequestMessage(
            HttpMethod.Get, $"http://127.0.0.1:{platform.GatewayPort}/index.html");
        request.Headers.Host = ComposeText.Host;
        try
        {
            using HttpResponseMessage answer = await http.SendAsync(request);
            return await answer.Content.ReadAsStringAsync();
        }
        catch (HttpRequestException e)
        {
            return e.Message;
        }
    }

    private static async Task<bool> PutAsync(HttpClient http, int port, string key, string value)
    {
        string body = JsonSerializer.Serialize(new { key = Base64(key), value = Base64(value) });
        using var content = new StringContent(body);
        try
        {
            using HttpResponseMessage answer = await http.PostAsync(
                new Uri($"http://127.0.0.1:{port}/v3/kv/put"), content);
            return answer.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    private static string Base64(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));
}
