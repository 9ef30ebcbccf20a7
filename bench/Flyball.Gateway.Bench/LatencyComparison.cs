using System.Diagnostics;
using System.Text.Json;

namespace Flyball.Gateway.Bench;

/// <summary>
/// Latency at 70 % of nginx's top load: an open-loop generator (<c>flyball load</c>, corrected for what it could not
/// send in time) with the back end on core 1, the proxy alone on core 0, in turns.
/// </summary>
internal static class LatencyComparison
{
    private const int Rounds = 3;
    private const double Share = 0.7;

    public static async Task RunAsync(string executable, int seconds)
    {
        string directory = Directory.CreateTempSubdirectory("flyball-proxies-").FullName;
        Process backend = ProxyProcesses.Backend(directory);
        var proxies = new List<(string Name, int Port, Process Process)>();
        try
        {
            proxies.Add(("nginx", 18_111, ProxyProcesses.Nginx(directory, 18_111, logs: false)));
            proxies.Add(("flyball", 18_112, ProxyProcesses.Flyball(directory, 18_112, fast: true, logs: false)));
            foreach ((string name, int port, _) in proxies)
            {
                await ProxyComparison.UntilServingAsync(port);
                await ProxyComparison.LoadAsync(port, "/", 32, name == "nginx" ? 2 : 20);
            }

            (long top, _) = await ProxyComparison.LoadAsync(proxies[0].Port, "/", 32, seconds);
            int rate = (int)(top / seconds * Share);
            Console.WriteLine($"nginx's top load {top / seconds:n0} requests/s; each proxy at {rate:n0}/s");
            for (int round = 1; round <= Rounds; round++)
            {
                foreach ((string name, int port, _) in proxies)
                {
                    string seen = await MeasureAsync(executable, port, rate, seconds);
                    Console.WriteLine($"  round {round}  {name,-8} {seen}");
                }
            }
        }
        finally
        {
            foreach ((_, _, Process process) in proxies) ProxyProcesses.Stop(process);
            ProxyProcesses.Stop(backend);
            Directory.Delete(directory, recursive: true);
        }
    }

    private static async Task<string> MeasureAsync(string executable, int port, int rate, int seconds)
    {
        var start = new ProcessStartInfo("taskset",
        [
            "-c", "1", executable, "load", $"http://127.0.0.1:{port}/", "--rate", $"{rate}/s", "--duration",
            $"{seconds}s", "--connections", "256", "-o", "json",
        ]) { RedirectStandardOutput = true };
        using Process load = Process.Start(start)!;
        string report = await load.StandardOutput.ReadToEndAsync();
        await load.WaitForExitAsync();
        using JsonDocument parsed = JsonDocument.Parse(report);
        JsonElement latency = parsed.RootElement.GetProperty("latency");
        JsonElement service = parsed.RootElement.GetProperty("service");
        JsonElement late = parsed.RootElement.GetProperty("lateness");
        return $"p50 {Ms(latency, "p50Ms")}, p99 {Ms(latency, "p99Ms")}, p99.9 {Ms(latency, "p999Ms")} ms "
            + $"from when due; p99 {Ms(service, "p99Ms")} ms from when sent; the generator late by p99 "
            + $"{Ms(late, "p99Ms")} ms; "
            + $"{parsed.RootElement.GetProperty("failed").GetInt64()} failed";
    }

    private static string Ms(JsonElement summary, string name) => $"{summary.GetProperty(name).GetDouble():n3}";
}
