using System.Diagnostics;

namespace Flyball.Gateway.Bench;

/// <summary>
/// CPU time of a sidecar's process for each request that it relays, beside HAProxy in TCP mode: each alone on core 0;
/// wrk and the back end (an nginx that answers 1 or 64 KiB) on core 1. In turns, after a warm-up; the best of three
/// rounds counts.
/// </summary>
internal static class RelayComparison
{
    private const string Closing = "Connection: close";

    public static async Task RunAsync(int seconds, string executable)
    {
        string directory = Directory.CreateTempSubdirectory("flyball-relays-").FullName;
        Process backend = ProxyProcesses.Backend(directory);
        var relays = new List<ProxyComparison.Proxy>();
        try
        {
            relays.Add(new("haproxy", 18_111, ProxyProcesses.HaproxyTcp(directory, 18_111)));
            relays.Add(new("sidecar", 18_112, ProxyProcesses.Sidecar(executable, directory, 18_112)));
            foreach (ProxyComparison.Proxy relay in relays)
            {
                await ProxyComparison.UntilServingAsync(relay.Port);
                await ProxyComparison.LoadAsync(relay.Port, "/", 32, seconds);
                await ProxyComparison.LoadAsync(relay.Port, "/", 32, 3, "-H", Closing);
            }

            await ProxyComparison.CompareAsync(relays, "/", 32, seconds);
            await ProxyComparison.CompareAsync(relays, "/", 1_000, seconds);
            await ProxyComparison.CompareAsync(relays, "/64k", 32, seconds);
            await ProxyComparison.CompareAsync(relays, "/", 32, seconds, "-H", Closing);
        }
        finally
        {
            foreach (ProxyComparison.Proxy relay in relays) ProxyProcesses.Stop(relay.Process);
            ProxyProcesses.Stop(backend);
            Directory.Delete(directory, recursive: true);
        }
    }
}
