using System.Globalization;
using Flyball.Tests.Harness;

namespace Flyball.Tests.Discovery;

/// <summary>Requests by a sidecar's local port, each on a connection of its own.</summary>
internal sealed class SidecarRequests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly HttpClient client = new(new SocketsHttpHandler { PooledConnectionLifetime = TimeSpan.Zero });
    private readonly SortedSet<int> seen = [];
    private readonly Uri address;

    public SidecarRequests(int port) => address = new Uri($"http://127.0.0.1:{port}/index.html");

    /// <summary>The ports of those who answered.</summary>
    public IEnumerable<int> Seen => seen;

    public int Failed { get; private set; }

    public void Forget() => seen.Clear();

    public async Task SendAsync(int count)
    {
        for (int i = 0; i < count; i++)
        {
            try
            {
                seen.Add(int.Parse(await client.GetStringAsync(address), CultureInfo.InvariantCulture));
            }
            catch (HttpRequestException)
            {
                Failed++;
            }
        }
    }

    /// <summary>Until each of them has answered; what fails before does not count.</summary>
    public Task UntilSeenAsync(params int[] ports)
    {
        int failed = Failed;
        return Eventually.TrueAsync(
            async () =>
            {
                await SendAsync(1);
                if (!ports.All(seen.Contains)) return false;
                Failed = failed;
                return true;
            }, Patience, () => $"only {string.Join(", ", seen)} answer");
    }

    public void Dispose() => client.Dispose();
}
