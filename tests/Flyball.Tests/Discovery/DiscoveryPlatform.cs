using System.Text;
using System.Text.Json;
using Flyball.Tests.Harness;

namespace Flyball.Tests.Discovery;

/// <summary>The real executable with its doors of discovery open, on ports of its own.</summary>
internal sealed class DiscoveryPlatform : IAsyncDisposable
{
    private readonly HttpClient http = new();

    private DiscoveryPlatform(Platform platform, int consul, int etcd, int dns)
    {
        Platform = platform;
        ConsulPort = consul;
        EtcdPort = etcd;
        DnsPort = dns;
        http.BaseAddress = new Uri($"http://127.0.0.1:{consul}/v1/");
    }

    public Platform Platform { get; }

    public int ConsulPort { get; }

    public int EtcdPort { get; }

    public int DnsPort { get; }

    public static async Task<DiscoveryPlatform> StartAsync()
    {
        (int consul, int etcd, int dns) = (Ports.Next(), Ports.Next(), Ports.Next());
        Platform platform = await Platform.StartAsync(extraArguments:
        [
            "--consul-listen", $"127.0.0.1:{consul}", "--etcd-keys-listen", $"127.0.0.1:{etcd}",
            "--dns-listen", $"127.0.0.1:{dns}",
        ]);
        return new DiscoveryPlatform(platform, consul, etcd, dns);
    }

    public async Task PutAsync(string path, string body = "")
    {
        using var content = new StringContent(body, Encoding.UTF8);
        using HttpResponseMessage answer = await http.PutAsync(path, content);
        Assert.True(answer.IsSuccessStatusCode, $"{path}: {await answer.Content.ReadAsStringAsync()}");
    }

    public async Task<JsonElement> GetAsync(string path)
    {
        using JsonDocument document = JsonDocument.Parse(await http.GetStringAsync(path));
        return document.RootElement.Clone();
    }

    public Task RegisterAsync(string name, string id, int port, string more = "") => PutAsync(
        "agent/service/register",
            $$"""{"Name":"{{name}}","ID":"{{id}}","Address":"127.0.0.1","Port":{{port}}{{more}}}""");

    public async Task<string> DigAsync(params string[] arguments)
    {
        await using Running dig = Running.Start("dig", ["@127.0.0.1", "-p", $"{DnsPort}", "+tries=1", .. arguments]);
        await dig.Process.WaitForExitAsync(TestContext.Current.CancellationToken);
        dig.Process.WaitForExit();
        return dig.Output;
    }

    public async ValueTask DisposeAsync()
    {
        http.Dispose();
        await Platform.DisposeAsync();
    }
}
