using System.Diagnostics;
using System.Net;
using System.Text;
using System.Text.Json;
using Flyball.Discovery.Tests.Doors;

namespace Flyball.Discovery.Tests.Sources;

/// <summary>Debian's etcd, as users run it: killed and started again on the same data.</summary>
internal sealed class EtcdProcess : IAsyncDisposable
{
    private readonly IPEndPoint client = DoorHost.Free();
    private readonly IPEndPoint peer = DoorHost.Free();
    private readonly string folder = Directory.CreateTempSubdirectory("flyball-etcd-").FullName;
    private readonly HttpClient http = new();
    private Process? process;

    public string Address => $"etcd://{client}";

    public static async Task<EtcdProcess> StartAsync()
    {
        var etcd = new EtcdProcess();
        await etcd.StartAgainAsync();
        return etcd;
    }

    public async Task StartAgainAsync()
    {
        var start = new ProcessStartInfo("etcd")
        {
            RedirectStandardError = true,
            RedirectStandardOutput = true,
            ArgumentList =
            {
                "--data-dir", folder, "--listen-client-urls", $"http://{client}",
                "--advertise-client-urls", $"http://{client}", "--listen-peer-urls", $"http://{peer}",
                "--initial-advertise-peer-urls", $"http://{peer}", "--initial-cluster", $"default=http://{peer}",
            },
        };
        process = Process.Start(start)!;
        process.OutputDataReceived += (_, _) => { };
        process.ErrorDataReceived += (_, _) => { };
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        await DoorHost.EventuallyAsync(async () =>
        {
            try
            {
                await SendAsync("range", new { key = Base64("x") });
                return true;
            }
            catch (HttpRequestException)
            {
                return false;
            }
        }, () => $"etcd answers at {client}");
    }

    public async Task KillAsync()
    {
        process!.Kill();
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        process.Dispose();
    }

    public Task PutAsync(string key, string value) =>
        SendAsync("put", new { key = Base64(key), value = Base64(value) });

    public Task DeleteAsync(string key) => SendAsync("deleterange", new { key = Base64(key) });

    public async ValueTask DisposeAsync()
    {
        if (process is { } running)
        {
            try
            {
                running.Kill();
                await running.WaitForExitAsync();
            }
            catch (InvalidOperationException)
            {
                // It was killed by the test.
            }
        }

        http.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    private static string Base64(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));

    private async Task SendAsync(string method, object body)
    {
        using var content = new StringContent(JsonSerializer.Serialize(body));
        using HttpResponseMessage answer = await http.PostAsync(
            new Uri($"http://{client}/v3/kv/{method}"), content, TestContext.Current.CancellationToken);
        if (!answer.IsSuccessStatusCode)
            throw new HttpRequestException(await answer.Content.ReadAsStringAsync());
    }
}
