using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Flyball.Gateway.Tests.FastPath;

/// <summary>
/// The same requests through the loops, through Kestrel and YARP and through nginx: back ends must see the same.
/// </summary>
public sealed class DifferentialTests
{
    /// <summary>What proxies say about themselves, and what concerns one connection.</summary>
    private static readonly string[] Own =
    [
        "Via", "traceparent", "Connection", "Keep-Alive", "X-Forwarded-For", "X-Forwarded-Proto", "X-Forwarded-Host",
        "Transfer-Encoding", "Content-Length", "TE", "Upgrade",
    ];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private static readonly string[] Requests =
    [
        "GET / HTTP/1.1\r\nHost: h\r\n\r\n",
        "GET /a%2Fb//c/../d?x=%20&y=a+b HTTP/1.1\r\nHost: h:81\r\nAccept: */*\r\nUser-Agent: t\r\n\r\n",
        "GET /?q HTTP/1.1\r\nHost: h\r\nX-Empty:\r\nX-Spaced:  \t a b \t\r\nx-small: y\r\n\r\n",
        "GET /;p=1/%E2%82%AC HTTP/1.1\r\nHost: h\r\nX-Twice: 1\r\nX-Other: 2\r\nX-Twice: 3\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: h\r\nCookie: a=1; b=2\r\nAuthorization: Basic eDp5\r\nRange: bytes=0-9\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: h\r\nConnection: keep-alive\r\nKeep-Alive: 5\r\nTE: trailers\r\n\r\n",
        "DELETE /x HTTP/1.1\r\nHost: h\r\nIf-Match: \"a\", \"b\"\r\n\r\n",
        "OPTIONS /x HTTP/1.1\r\nHost: h\r\nOrigin: http://o\r\n\r\n",
        "PROPFIND /x HTTP/1.1\r\nHost: h\r\nDepth: 1\r\n\r\n",
        "POST /p HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\nContent-Type: text/plain\r\n\r\nhello",
        "POST /p HTTP/1.1\r\nHost: h\r\nContent-Length: 0\r\n\r\n",
        "PUT /p HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n3;e=1\r\nabc\r\n2\r\nde\r\n0\r\n\r\n",
        "GET /body HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\n\r\nabc",
        "GET http://h/absolute?x HTTP/1.1\r\nHost: h\r\n\r\n",
        "GET /ten HTTP/1.0\r\nHost: h\r\nConnection: keep-alive\r\n\r\n",
    ];

    [Fact]
    public async Task Requests_LookTheSameBehindAllProxies()
    {
        await using KestrelBackend backend = await KestrelBackend.StartAsync(EchoAsync);
        string[] loops = await ThroughGatewayAsync(backend, fast: true);
        string[] kestrel = await ThroughGatewayAsync(backend, fast: false);
        for (int i = 0; i < Requests.Length; i++) Assert.Equal(kestrel[i], loops[i]);
        if (!File.Exists("/usr/sbin/nginx")) return;
        string[] nginx = await ThroughNginxAsync(backend);
        for (int i = 0; i < Requests.Length; i++) Assert.Equal(nginx[i], loops[i]);
    }

    private static async Task<string[]> ThroughGatewayAsync(KestrelBackend backend, bool fast)
    {
        await using GatewayUnderTest gateway = await GatewayUnderTest.StartAsync(fast);
        await gateway.RouteAsync();
        await gateway.EndpointAsync("a1", backend.Address);
        return await AskAsync(gateway.Port);
    }

    private static async Task<string[]> ThroughNginxAsync(KestrelBackend backend)
    {
        string directory = Directory.CreateTempSubdirectory("flyball-nginx-").FullName;
        int port = RawBackend.FreeAddress().Port;
        string config = Path.Combine(directory, "nginx.conf");
        await File.WriteAllTextAsync(config, NginxConfig(directory, port, backend.Address), Cancellation);
        using Process nginx = Process.Start("/usr/sbin/nginx", ["-c", config, "-p", directory, "-e", "/dev/null"]);
        try
        {
            await UntilOpenAsync(port, nginx);
            return await AskAsync(port);
        }
        finally
        {
            nginx.Kill();
            await nginx.WaitForExitAsync(CancellationToken.None);
            Directory.Delete(directory, recursive: true);
        }
    }

    private static async Task UntilOpenAsync(int port, Process server)
    {
        while (!server.HasExited)
        {
            using var probe = new TcpClient();
            try
            {
                await probe.ConnectAsync(IPAddress.Loopback, port, Cancellation);
                return;
            }
            catch (SocketException)
            {
                await Task.Yield();
            }
        }

        throw new InvalidOperationException($"nginx ended with {server.ExitCode}.");
    }

    /// <summary>Each request on one connection, as far as its proxy keeps that open.</summary>
    private static async Task<string[]> AskAsync(int port)
    {
        var seen = new List<string>();
        foreach (string request in Requests)
        {
            using RawConnection client = await RawConnection.OpenAsync(port);
            await client.SendAsync(request);
            RawAnswer answer = await client.ReadAsync();
            seen.Add($"{answer.Status} {answer.Body}");
        }

        return [.. seen];
    }

    private static async Task EchoAsync(HttpContext context)
    {
        var text = new StringBuilder();
        string target = context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
        text.Append(context.Request.Method).Append(' ').Append(target).Append('\n');
        foreach (var header in context.Request.Headers.OrderBy(one => one.Key, StringComparer.OrdinalIgnoreCase))
        {
            if (Own.Contains(header.Key, StringComparer.OrdinalIgnoreCase)) continue;
            string[] values = [.. header.Value.SelectMany(value => (value ?? "").Split(',')).Select(one => one.Trim())];
            text.Append(header.Key.ToUpperInvariant()).Append(": ").AppendJoin(", ", values).Append('\n');
        }

        using var body = new StreamReader(context.Request.Body);
        text.Append(await body.ReadToEndAsync(Cancellation));
        byte[] bytes = Encoding.UTF8.GetBytes(text.ToString());
        context.Response.ContentLength = bytes.Length;
        await context.Response.Body.WriteAsync(bytes, Cancellation);
    }

    private static string NginxConfig(string directory, int port, IPEndPoint backend) => $$"""
        daemon off; master_process off; pid {{directory}}/nginx.pid; error_log /dev/null;
        events { worker_connections 64; }
        http {
          access_log off;
          client_body_temp_path {{directory}}/1; proxy_temp_path {{directory}}/2;
          fastcgi_temp_path {{directory}}/3; uwsgi_temp_path {{directory}}/4; scgi_temp_path {{directory}}/5;
          server {
            listen 127.0.0.1:{{port}};
            location / {
              proxy_pass http://{{backend}}; proxy_http_version 1.1; proxy_set_header Host $http_host;
              proxy_request_buffering off;
            }
          }
        }
        """;
}
