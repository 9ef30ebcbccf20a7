using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;

namespace Flyball.Gateway.Bench;

/// <summary>
/// CPU time of the proxy process for each request: the proxy alone on core 0; wrk (32 connections, keep-alive) and the
/// back end (an nginx that answers 1 KiB) on core 1. Each proxy is measured twice, in turns, after a warm-up.
/// </summary>
internal static partial class ProxyComparison
{
    private const int BackendPort = 18_100;
    private const int Connections = 32;
    private const int Rounds = 2;

    public static async Task RunAsync(int seconds)
    {
        string directory = Directory.CreateTempSubdirectory("flyball-proxies-").FullName;
        using var backend = Start(1, "nginx", "-c", Write(directory, "backend.conf", BackendConfig(directory)));
        (string Name, int Port, Process Process)[] proxies =
        [
            ("nginx", 18_101, Start(0, "nginx", "-c", Write(directory, "nginx.conf", NginxConfig(directory)))),
            ("haproxy", 18_102, Start(0, "haproxy", "-db", "-f", Write(directory, "haproxy.cfg", HaproxyConfig()))),
            ("flyball", 18_103, Start(
                0, Environment.ProcessPath!, "serve", "18103", $"{BackendPort}", Path.Combine(directory, "gateway"))),
        ];
        try
        {
            var best = new Dictionary<string, double>(StringComparer.Ordinal);
            foreach ((string name, int port, Process _) in proxies)
            {
                await UntilServingAsync(port);
                // The gateway's code is compiled in tiers while it runs: measured warm, like the others.
                await LoadAsync(port, name == "flyball" ? Math.Max(seconds, 15) : 2);
            }

            for (int round = 1; round <= Rounds; round++)
            {
                foreach ((string name, int port, Process process) in proxies)
                {
                    double before = CpuSeconds(process.Id);
                    (long requests, long errors) = await LoadAsync(port, seconds);
                    double micros = (CpuSeconds(process.Id) - before) * 1e6 / requests;
                    best[name] = Math.Min(best.GetValueOrDefault(name, double.MaxValue), micros);
                    Console.WriteLine($"round {round}  {name,-8} {micros,7:n1} µs CPU a request, "
                        + $"{requests / seconds,7:n0} requests/s, {errors} errors");
                }
            }

            foreach (string name in new[] { "nginx", "haproxy" })
                {
                double ratio = best["flyball"] / best[name];
                Console.WriteLine($"flyball : {name} = {ratio:n2} (CPU a request, best of {Rounds})");
            }
        }
        finally
        {
            foreach ((string _, int _, Process process) in proxies) Stop(process);
            Stop(backend);
            Directory.Delete(directory, recursive: true);
        }
    }

    private static Process Start(int core, params string[] command)
    {
        var start = new ProcessStartInfo("taskset") { RedirectStandardOutput = false };
        foreach (string argument in new[] { "-c", core.ToString(CultureInfo.InvariantCulture) }.Concat(command))
            start.ArgumentList.Add(argument);
        // taskset replaces itself by the command, so the process id is the proxy's own.
        return Process.Start(start)!;
    }

    private static void Stop(Process process)
    {
        if (!process.HasExited) process.Kill(entireProcessTree: true);
        process.WaitForExit();
        process.Dispose();
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

    private static async Task<(long Requests, long Errors)> LoadAsync(int port, int seconds)
    {
        var start = new ProcessStartInfo("taskset") { RedirectStandardOutput = true };
        foreach (string argument in new[] { "-c", "1", "wrk", "-t1", $"-c{Connections}", $"-d{seconds}s",
            $"http://127.0.0.1:{port}/" })
            start.ArgumentList.Add(argument);
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

    private static string Write(string directory, string name, string text)
    {
        string path = Path.Combine(directory, name);
        File.WriteAllText(path, text);
        return path;
    }

    private static string BackendConfig(string directory) => $$"""
        daemon off; master_process off; worker_processes 1; pid {{directory}}/backend.pid; error_log /dev/null;
        events { worker_connections 1024; }
        http {
          access_log off; keepalive_requests 100000000;
          client_body_temp_path {{directory}}/b1; proxy_temp_path {{directory}}/b2;
          fastcgi_temp_path {{directory}}/b3; uwsgi_temp_path {{directory}}/b4; scgi_temp_path {{directory}}/b5;
          server { listen 127.0.0.1:{{BackendPort}}; location / { return 200 "{{new string('x', 1024)}}"; } }
        }
        """;

    private static string NginxConfig(string directory) => $$"""
        daemon off; master_process off; worker_processes 1; pid {{directory}}/nginx.pid; error_log /dev/null;
        events { worker_connections 1024; }
        http {
          access_log off; keepalive_requests 100000000;
          client_body_temp_path {{directory}}/n1; proxy_temp_path {{directory}}/n2;
          fastcgi_temp_path {{directory}}/n3; uwsgi_temp_path {{directory}}/n4; scgi_temp_path {{directory}}/n5;
          upstream back { server 127.0.0.1:{{BackendPort}}; keepalive 64; keepalive_requests 100000000; }
          server {
            listen 127.0.0.1:18101;
            location / {
              proxy_pass http://back; proxy_http_version 1.1;
              proxy_set_header Connection ""; proxy_set_header Host $host;
              proxy_set_header X-Forwarded-For $remote_addr; proxy_set_header X-Forwarded-Proto $scheme;
            }
          }
        }
        """;

    private static string HaproxyConfig() => $"""
        global
          nbthread 1
          maxconn 1024
        defaults
          mode http
          timeout connect 2s
          timeout client 30s
          timeout server 30s
          http-reuse always
        frontend door
          bind 127.0.0.1:18102
          option forwardfor
          default_backend back
        backend back
          server one 127.0.0.1:{BackendPort}

        """;

    [GeneratedRegex(@"(\d+) requests in")]
    private static partial Regex RequestCount();

    [GeneratedRegex(@"Non-2xx or 3xx responses: (\d+)")]
    private static partial Regex BadStatus();

    [GeneratedRegex(@"Socket errors: connect (\d+), read (\d+), write (\d+), timeout (\d+)")]
    private static partial Regex SocketErrors();
}
