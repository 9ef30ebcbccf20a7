using System.Diagnostics;
using System.Globalization;

namespace Flyball.Gateway.Bench;

/// <summary>The programs that are compared, each in one process on core 0, and their back end on core 1.</summary>
internal static class ProxyProcesses
{
    public const int BackendPort = 18_100;

    private const int AnyConnections = 8_192;

    public static Process Backend(string directory)
    {
        File.WriteAllText(Path.Combine(directory, "64k"), new string('y', 64 * 1024));
        return Start(1, "nginx", "-c", Write(directory, "backend.conf", BackendConfig(directory)));
    }

    public static Process Nginx(string directory, int port, bool logs) =>
        Start(0, "nginx", "-c", Write(directory, $"nginx{port}.conf", NginxConfig(directory, port, logs)));

    public static Process Haproxy(string directory, int port) =>
        Start(0, "haproxy", "-db", "-f", Write(directory, "haproxy.cfg", HaproxyConfig(port)));

    public static Process Flyball(string directory, int port, bool fast, bool logs) => Start(
        0, Environment.ProcessPath!, "serve", $"{port}", $"{BackendPort}", Path.Combine(directory, $"gateway{port}"),
        fast ? "fast" : "kestrel", logs ? "log" : "quiet");

    public static void Stop(Process process)
    {
        if (!process.HasExited) process.Kill(entireProcessTree: true);
        process.WaitForExit();
        process.Dispose();
    }

    private static Process Start(int core, params string[] command)
    {
        // taskset replaces itself by the command, so the process id is the proxy's own.
        string[] arguments = ["-c", core.ToString(CultureInfo.InvariantCulture), .. command];
        return Process.Start("taskset", arguments);
    }

    private static string Write(string directory, string name, string text)
    {
        string path = Path.Combine(directory, name);
        File.WriteAllText(path, text);
        return path;
    }

    private static string Temporary(string directory, string name) => string.Concat(
        new[] { "client_body", "proxy", "fastcgi", "uwsgi", "scgi" }.Select(
            kind => $"{kind}_temp_path {directory}/{name}-{kind}; "));

    private static string BackendConfig(string directory) => $$"""
        daemon off; master_process off; worker_processes 1; pid {{directory}}/backend.pid; error_log /dev/null;
        events { worker_connections {{AnyConnections}}; }
        http {
          access_log off; keepalive_requests 100000000; sendfile on; open_file_cache max=10;
          {{Temporary(directory, "backend")}}
          server {
            listen 127.0.0.1:{{BackendPort}} backlog=4096;
            location / { return 200 "{{new string('x', 1024)}}"; }
            location /64k { alias {{directory}}/64k; }
          }
        }
        """;

    private static string NginxConfig(string directory, int port, bool logs) => $$"""
        daemon off; master_process off; worker_processes 1; pid {{directory}}/nginx{{port}}.pid; error_log /dev/null;
        events { worker_connections {{AnyConnections}}; }
        http {
          access_log {{(logs ? $"{directory}/nginx.log combined buffer=64k" : "off")}}; keepalive_requests 100000000;
          {{Temporary(directory, "nginx" + port)}}
          upstream back { server 127.0.0.1:{{BackendPort}}; keepalive 2048; keepalive_requests 100000000; }
          server {
            listen 127.0.0.1:{{port}} backlog=4096;
            location / {
              proxy_pass http://back; proxy_http_version 1.1;
              proxy_set_header Connection ""; proxy_set_header Host $host;
              proxy_set_header X-Forwarded-For $remote_addr; proxy_set_header X-Forwarded-Proto $scheme;
            }
          }
        }
        """;

    private static string HaproxyConfig(int port) => $"""
        global
          nbthread 1
          maxconn {AnyConnections}
        defaults
          mode http
          timeout connect 2s
          timeout client 30s
          timeout server 30s
          http-reuse always
        frontend door
          bind 127.0.0.1:{port} backlog 4096
          option forwardfor
          default_backend back
        backend back
          server one 127.0.0.1:{BackendPort}

        """;
}
