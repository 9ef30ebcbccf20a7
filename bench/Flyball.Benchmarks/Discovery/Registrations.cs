using System.Net;

namespace Flyball.Benchmarks.Discovery;

/// <summary>Registers and changes services over Consul's API.</summary>
internal sealed class Registrations(IPEndPoint door) : IDisposable
{
    private const int ConnectionsMax = 128;

    private readonly HttpClient http = new(new SocketsHttpHandler { MaxConnectionsPerServer = ConnectionsMax })
    {
        BaseAddress = new Uri($"http://{door}/v1/"),
    };

    public Task FillAsync(int services, int endpoints) => Parallel.ForEachAsync(
        Enumerable.Range(0, services * endpoints), new ParallelOptions { MaxDegreeOfParallelism = ConnectionsMax },
        async (i, _) => await PutAsync(i / endpoints, i % endpoints, 8_000));

    public async Task ChangeAsync(int service, int port, Watchers watchers, StoreWatches streams)
    {
        watchers.Changing(service);
        streams.Changing(service);
        await PutAsync(service, 0, port);
    }

    public void Dispose() => http.Dispose();

    private async Task PutAsync(int service, int endpoint, int port)
    {
        string address = $"10.{(service >> 8) & 255}.{service & 255}.{endpoint + 1}";
        using var body = new StringContent(
            $$"""{"Name":"service-{{service}}","ID":"service-{{service}}-{{endpoint}}","Tags":["a","version-1"],"""
            + $$""" "Address":"{{address}}","Port":{{port}},"Meta":{"team":"t{{service % 20}}"}""" + "}");
        using HttpResponseMessage answer = await http.PutAsync("agent/service/register", body);
        answer.EnsureSuccessStatusCode();
    }
}
