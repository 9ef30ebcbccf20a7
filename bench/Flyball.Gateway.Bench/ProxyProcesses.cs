using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Flyball.Base.Codecs;

namespace Flyball.Gateway.Bench;

/// <summary>The programs that are compared, each in one process on core 0, and their back end on core 1.</summary>
internal static class ProxyProcesses
{
    public const int BackendPort = 18_100;

    private const int AnyConnections = 8_192;

    public static Process Backend(string directory)
    {
        File.WriteAllText(Path.Combine(directory, "64k"), new string('y', 64 * 1024));
        return Start("1", "nginx", "-c", Write(directory, "backend.conf", BackendConfig(directory)));
    }

    public static Process Nginx(string directory, int port, bool logs, bool tls = false) =>
        Start("0", "nginx", "-c", Write(directory, $"nginx{port}.conf", NginxConfig(directory, port, logs, tls)));

    public static Process Haproxy(string directory, int port) =>
        Start("0", "haproxy", "-db", "-f", Write(directory, "haproxy.cfg", HaproxyConfig(port)));

    public static Process HaproxyTcp(string directory, int port) =>
        Start("0", "haproxy", "-db", "-f", Write(directory, "haproxy-tcp.cfg", HaproxyTcpConfig(port)));

    /// <summary>
    /// A sidecar without its catalogue: it leads to what stands in its file of last known back ends.
    /// </summary>
    public static Process Sidecar(string executable, string directory, int port)
    {
        string data = Directory.CreateDirectory(Path.Combine(directory, "sidecar")).FullName;
        byte[] known = Encoding.ASCII.GetBytes(string.Create(
            CultureInfo.InvariantCulture,
            $$"""{"back":[{"address":"127.0.0.1","port":{{BackendPort}},"weight":1,"isCritical":false}]}"""));
        Write(data, "back-ends", string.Create(
            CultureInfo.InvariantCulture,
            $"flyball-back-ends 1 {Crc32C.Of(known):x8}\n{Encoding.ASCII.GetString(known)}"));
        return Start(
            "0", executable, "sidecar", "--data", data, "--use", $"back={port}", "--listen", "none", "--catalogue",
            "127.0.0.1:1", "--log-level", "none");
    }

    public static Process Flyball(
        string directory, int port, bool fast, bool logs, bool tls = false, string cores = "0") => Start(
        cores, Environment.ProcessPath!, "serve", $"{port}", $"{BackendPort}",
        Path.Combine(directory, $"gateway{port}"), fast ? "fast" : "kestrel", logs ? "log" : "quiet",
        tls ? "tls=" + Path.Combine(directory, "tls") : "plain");

    public static Process Yarp(int port) => Start("0", Environment.ProcessPath!, "yarp", $"{port}", $"{BackendPort}");

    /// <summary>An ECDSA P-256 certificate for localhost, for all that are compared.</summary>
    public static void MakeCertificate(string directory)
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("localhost");
        request.CertificateExtensions.Add(names.Build());
        using X509Certificate2 made =
            request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(30));
        Directory.CreateDirectory(Path.Combine(directory, "tls"));
        File.WriteAllText(Path.Combine(directory, "tls", "localhost.key"), key.ExportPkcs8PrivateKeyPem());
        File.WriteAllText(Path.Combine(directory, "tls", "localhost.crt"), made.ExportCertificatePem());
    }

    public static void Stop(Process process)
    {
        if (!process.HasExited) process.Kill(entireProcessTree: true);
        process.WaitForExit();
        process.Dispose();
    }

    private static Process Start(string cores, params string[] command)
    {
        // taskset replaces itself by the command, so the process id is the proxy's own.
        string[] arguments = ["-c", cores, .. command];
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

    private static string NginxConfig(string directory, int port, bool logs, bool tls) => $$"""
        daemon off; master_process off; worker_processes 1; pid {{directory}}/nginx{{port}}.pid; error_log /dev/null;
        events { worker_connections {{AnyConnections}}; }
        http {
          access_log {{(logs ? $"{directory}/nginx.log combined buffer=64k" : "off")}}; keepalive_requests 100000000;
          {{Temporary(directory, "nginx" + port)}}
          upstream back { server 127.0.0.1:{{BackendPort}}; keepalive 2048; keepalive_requests 100000000; }
          server {
            listen 127.0.0.1:{{port}} backlog=4096{{(tls ? " ssl" : "")}};
            {{(tls ? Secure(directory) : "")}}
            location / {
              proxy_pass http://back; proxy_http_version 1.1;
              proxy_set_header Connection ""; proxy_set_header Host $host;
              proxy_set_header X-Forwarded-For $remote_addr; proxy_set_header X-Forwarded-Proto $scheme;
            }
          }
        }
        """;

    private static string HaproxyTcpConfig(int port) => $"""
        global
          nbthread 1
          maxconn {AnyConnections}
        defaults
          mode tcp
          timeout connect 2s
          timeout client 30s
          timeout server 30s
        listen door
          bind 127.0.0.1:{port} backlog 4096
          balance leastconn
          server one 127.0.0.1:{BackendPort}

        """;

    /// <summary>The versions, suites and tickets that both sides have of themselves are the same.</summary>
    private static string Secure(string directory) =>
        $"ssl_certificate {directory}/tls/localhost.crt; ssl_certificate_key {directory}/tls/localhost.key; "
        + "ssl_protocols TLSv1.2 TLSv1.3; ssl_session_cache off;";

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
