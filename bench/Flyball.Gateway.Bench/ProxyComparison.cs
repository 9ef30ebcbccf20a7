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

    private static readonly (string Path, int Connections)[] SecureLoads = [("/", 32), ("/", 256), ("/64k", 32)];

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
            await OtherPathAsync(proxies, directory, seconds);
        }
        finally
        {
            foreach (Proxy proxy in proxies) ProxyProcesses.Stop(proxy.Process);
            ProxyProcesses.Stop(backend);
            Directory.Delete(directory, recursive: true);
        }
    }

    /// <summary>Both with their access logs.</summary>
    private static async Task LogsAsync(List<Proxy> proxies, string directory, int seconds)
    {
        Proxy[] others =
        [
            new("nginx, log", 18_104, ProxyProcesses.Nginx(directory, 18_104, logs: true)),
            new("flyball, log", 18_105, ProxyProcesses.Flyball(directory, 18_105, fast: true, logs: true)),
        ];
        proxies.AddRange(others);
        foreach (Proxy proxy in others) await WarmAsync(proxy, seconds);
        await CompareAsync(others, "/", 32, seconds);
    }

    /// <summary>The path over Kestrel and YARP's forwarder beside YARP as it is without us.</summary>
    private static async Task OtherPathAsync(List<Proxy> proxies, string directory, int seconds)
    {
        Proxy[] others =
        [
            new("yarp", 18_107, ProxyProcesses.Yarp(18_107)),
            new("kestrel", 18_106, ProxyProcesses.Flyball(directory, 18_106, fast: false, logs: false)),
        ];
        proxies.AddRange(others);
        foreach (Proxy proxy in others) await WarmAsync(proxy, seconds);
        await CompareAsync(others, "/", 32, seconds);
        await CompareAsync(others, "/64k", 32, seconds);
    }

    /// <summary>The same over TLS, with the same certificate and what OpenSSL prefers.</summary>
    public static async Task RunTlsAsync(int seconds)
    {
        string directory = Directory.CreateTempSubdirectory("flyball-proxies-").FullName;
        ProxyProcesses.MakeCertificate(directory);
        Process backend = ProxyProcesses.Backend(directory);
        var proxies = new List<Proxy>();
        try
        {
            proxies.Add(new("nginx", 18_111, ProxyProcesses.Nginx(directory, 18_111, logs: false, tls: true), true));
            proxies.Add(new("flyball", 18_112, ProxyProcesses.Flyball(directory, 18_112, true, false, true), true));
            proxies.Add(new("kestrel", 18_113, ProxyProcesses.Flyball(directory, 18_113, false, false, true), true));
            foreach (Proxy proxy in proxies) await WarmAsync(proxy, seconds);
            foreach ((string path, int connections) in SecureLoads)
                await CompareAsync(proxies, path, connections, seconds);
        }
        finally
        {
            foreach (Proxy proxy in proxies) ProxyProcesses.Stop(proxy.Process);
            ProxyProcesses.Stop(backend);
            Directory.Delete(directory, recursive: true);
        }
    }

    private static async Task WarmAsync(Proxy proxy, int seconds)
    {
        await UntilServingAsync(proxy);
        // The gateway's code is compiled in tiers while it runs: measured warm, like the others.
        bool isCompiled = proxy.Name.StartsWith("nginx", StringComparison.Ordinal) || proxy.Name == "haproxy";
        await LoadAsync(proxy, "/", 32, isCompiled ? 2 : Math.Max(seconds, 15));
        if (!isCompiled) await LoadAsync(proxy, "/64k", 32, 5);
    }

    internal static async Task CompareAsync(
        IReadOnlyList<Proxy> proxies, string path, int connections, int seconds, params string[] more)
    {
        var best = new Dictionary<string, double>(StringComparer.Ordinal);
        string kind = more.Length == 0 ? "" : ", " + string.Join(' ', more);
        Console.WriteLine($"{(path == "/" ? "1 KiB" : "64 KiB")}, {connections} connections{kind}");
        for (int round = 1; round <= Rounds; round++)
        {
            foreach (Proxy proxy in proxies)
            {
                double before = CpuSeconds(proxy.Process.Id);
                (long requests, long errors) = await LoadAsync(proxy, path, connections, seconds, more);
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

    internal static Task UntilServingAsync(int port) => UntilServingAsync(new Proxy("", port, null!));

    private static async Task UntilServingAsync(Proxy proxy)
    {
        using var handler = new SocketsHttpHandler();
        handler.SslOptions.RemoteCertificateValidationCallback = (_, shown, _, _) => shown is not null;
        using var client = new HttpClient(handler);
        for (int tries = 0; tries < 200; tries++)
        {
            try
            {
                using HttpResponseMessage answer = await client.GetAsync(proxy.Url + "/");
                byte[] body = await answer.Content.ReadAsByteArrayAsync();
                if (answer.StatusCode == HttpStatusCode.OK && body.Length == 1024) return;
            }
            catch (HttpRequestException)
            {
                // Not up yet.
            }

            await Task.Delay(50);
        }

        throw new InvalidOperationException($"Nothing serves 1 KiB on {proxy.Url}.");
    }

    internal static Task<(long Requests, long Errors)> LoadAsync(
        int port, string path, int connections, int seconds, params string[] more) =>
        LoadAsync(new Proxy("", port, null!), path, connections, seconds, more);

    private static async Task<(long Requests, long Errors)> LoadAsync(
        Proxy proxy, string path, int connections, int seconds, params string[] more)
    {
        string[] arguments =
            ["-c", "1", "wrk", "-t1", $"-c{connections}", $"-d{seconds}s", .. more, proxy.Url + path];
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
    internal static double CpuSeconds(int processId)
    {
        string stat = File.ReadAllText($"/proc/{processId}/stat");
        string[] fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
        const double TicksPerSecond = 100;
        return (long.Parse(fields[11], CultureInfo.InvariantCulture)
            + long.Parse(fields[12], CultureInfo.InvariantCulture)) / TicksPerSecond;
    }

    internal sealed record Proxy(string Name, int Port, Process Process, bool HasTls = false)
    {
        public string Url => HasTls ? $"https://localhost:{Port}" : $"http://127.0.0.1:{Port}";
    }

    [GeneratedRegex(@"(\d+) requests in")]
    private static partial Regex RequestCount();

    [GeneratedRegex(@"Non-2xx or 3xx responses: (\d+)")]
    private static partial Regex BadStatus();

    [GeneratedRegex(@"Socket errors: connect (\d+), read (\d+), write (\d+), timeout (\d+)")]
    private static partial Regex SocketErrors();
}
