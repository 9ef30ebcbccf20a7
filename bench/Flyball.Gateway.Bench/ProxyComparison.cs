using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;

namespace Flyball.Gateway.Bench;

/// <summary>
/// CPU time of the proxy process for each request: the proxy alone on core 0; wrk (keep-alive) and the back end (an
/// nginx that answers 1 or 64 KiB) on core 1. Flyball has routes, balancing, passive health, metrics with a listener
/// and trace headers on. Each proxy is measured in turns, after a warm-up; the best of its rounds counts.
/// </summary>
internal static partial class ProxyComparison
{
    private const int Rounds = 3;

    private static readonly (string Path, int Connections)[] Loads =
        [("/", 32), ("/", 256), ("/", 2_000), ("/64k", 32), ("/64k", 256)];

    public static async Task RunAsync(int seconds)
    {
        string directory = Directory.CreateTempSubdirectory("flyball-proxies-").FullName;
        Process backend = ProxyProcesses.Backend(directory);
        var proxies = new List<Proxy>();
        try
        {
            proxies.Add(new("nginx", 18_101, ProxyProcesses.Nginx(directory, 18_101, logs: false)));
            proxies.Add(new("haproxy", 18_102, ProxyProcesses.Haproxy(directory, 18_102)));
            proxies.Add(new("flyball", 18_103, ProxyProcesses.Flyball(directory, 18_103, fast: true, logs: false)));
            foreach (Proxy proxy in proxies) await WarmAsync(proxy, seconds);
            foreach ((string path, int connections) in Loads) await CompareAsync(proxies, path, connections, seconds);
            await LogsAsync(proxies, directory, seconds);
        }
        finally
        {
            foreach (Proxy proxy in proxies) ProxyProcesses.Stop(proxy.Process);
            ProxyProcesses.Stop(backend);
            Directory.Delete(directory, recursive: true);
        }
    }

    /// <summary>Both with their access logs, and Flyball's other path.</summary>
    private static async Task LogsAsync(List<Proxy> proxies, string directory, int seconds)
    {
        Proxy[] others =
        [
            new("nginx, log", 18_104, ProxyProcesses.Nginx(directory, 18_104, logs: true)),
            new("flyball, log", 18_105, ProxyProcesses.Flyball(directory, 18_105, fast: true, logs: true)),
            new("kestrel", 18_106, ProxyProcesses.Flyball(directory, 18_106, fast: false, logs: false)),
        ];
        proxies.AddRange(others);
        foreach (Proxy proxy in others) await WarmAsync(proxy, seconds);
        await CompareAsync(others, "/", 32, seconds);
    }

    private static async Task WarmAsync(Proxy proxy, int seconds)
    {
        await UntilServingAsync(proxy.Port);
        // The gateway's code is compiled in tiers while it runs: measured warm, like the others.
        bool isCompiled = proxy.Name.StartsWith("nginx", StringComparison.Ordinal) || proxy.Name == "haproxy";
        await LoadAsync(proxy.Port, "/", 32, isCompiled ? 2 : Math.Max(seconds, 15));
        if (!isCompiled) await LoadAsync(proxy.Port, "/64k", 32, 5);
    }

    private static async Task CompareAsync(IReadOnlyList<Proxy> proxies, string path, int connections, int seconds)
    {
        var best = new Dictionary<string, double>(StringComparer.Ordinal);
        Console.WriteLine($"{(path == "/" ? "1 KiB" : "64 KiB")}, {connections} connections");
        for (int round = 1; round <= Rounds; round++)
        {
            foreach (Proxy proxy in proxies)
            {
                double before = CpuSeconds(proxy.Process.Id);
                (long requests, long errors) = await LoadAsync(proxy.Port, path, connections, seconds);
                double micros = (CpuSeconds(proxy.Process.Id) - before) * 1e6 / requests;
                best[proxy.Name] = Math.Min(best.GetValueOrDefault(proxy.Name, double.MaxValue), micros);
                Console.WriteLine($"  round {round}  {proxy.Name,-12} {micros,7:n1} µs CPU a request, "
                    + $"{requests / seconds,7:n0} requests/s, {errors} errors");
            }
        }

        string first = proxies[0].Name;
        foreach (Proxy proxy in proxies.Skip(1))
        {
            Console.WriteLine($"  {proxy.Name} : {first} = {best[proxy.Name] / best[first]:n2} "
                + $"({best[proxy.Name]:n1} : {best[first]:n1} µs CPU a request, best of {Rounds})");
        }
    }

    private static async Task UntilServingAsync(int port)
    {
        using var client = new HttpClient();
        for (int tries = 0; tries < 200; tries++)
        {
            try
            {
                using HttpResponseMessage answer = await client.GetAsync($"http://127.0.0.1:{port}/");
                byte[] body = await answer.Content.ReadAsByteArrayAsync();
                if (answer.StatusCode == HttpStatusCode.OK && body.Length == 1024) return;
            }
            catch (HttpRequestException)
            {
                // Not up yet.
            }

            await Task.Delay(50);
        }

        throw new InvalidOperationException($"Nothing serves 1 KiB on port {port}.");
    }

    private static async Task<(long Requests, long Errors)> LoadAsync(
        int port, string path, int connections, int seconds)
    {
        string[] arguments =
            ["-c", "1", "wrk", "-t1", $"-c{connections}", $"-d{seconds}s", $"http://127.0.0.1:{port}{path}"];
        var start = new ProcessStartInfo("taskset", arguments) { RedirectStandardOutput = true };
        using Process wrk = Process.Start(start)!;
        string report = await wrk.StandardOutput.ReadToEndAsync();
        await wrk.WaitForExitAsync();
        long requests = long.Parse(RequestCount().Match(report).Groups[1].Value, CultureInfo.InvariantCulture);
        Match bad = BadStatus().Match(report);
        Match socket = SocketErrors().Match(report);
        long errors = bad.Success ? long.Parse(bad.Groups[1].Value, CultureInfo.InvariantCulture) : 0;
        if (socket.Success)
            for (int i = 1; i <= 4; i++) errors += long.Parse(socket.Groups[i].Value, CultureInfo.InvariantCulture);
        return (requests, errors);
    }

    /// <summary>User and system time of all its threads.</summary>
    private static double CpuSeconds(int processId)
    {
        string stat = File.ReadAllText($"/proc/{processId}/stat");
        string[] fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
        const double TicksPerSecond = 100;
        return (long.Parse(fields[11], CultureInfo.InvariantCulture)
            + long.Parse(fields[12], CultureInfo.InvariantCulture)) / TicksPerSecond;
    }

    private sealed record Proxy(string Name, int Port, Process Process);

    [GeneratedRegex(@"(\d+) requests in")]
    private static partial Regex RequestCount();

    [GeneratedRegex(@"Non-2xx or 3xx responses: (\d+)")]
    private static partial Regex BadStatus();

    [GeneratedRegex(@"Socket errors: connect (\d+), read (\d+), write (\d+), timeout (\d+)")]
    private static partial Regex SocketErrors();
}
