using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Flyball.Contracts.Gateway.Security;
using Flyball.Gateway.Tls;
using Microsoft.AspNetCore.Http;

namespace Flyball.Gateway.Tests.Tls;

public sealed class ClientCertificateTests : IAsyncLifetime
{
    private readonly TestCertificates servers = new("CN=servers");
    private readonly TestCertificates clients = new("CN=clients");
    private readonly TestCertificates strangers = new("CN=clients");
    private readonly string files = Directory.CreateTempSubdirectory("flyball-mtls-").FullName;
    private KestrelBackend backend = null!;
    private GatewayUnderTest gateway = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        foreach (string host in new[] { "open.example", "closed.example" })
        {
            (string chain, string key) = servers.Server(host);
            await File.WriteAllTextAsync(Path.Combine(files, host + ".pem"), chain);
            await File.WriteAllTextAsync(Path.Combine(files, host + ".key"), key);
        }

        backend = await KestrelBackend.StartAsync(context => context.Response.WriteAsync(
            "subject=" + context.Request.Headers["X-Client-Certificate-Subject"]));
        gateway = await GatewayUnderTest.StartAsync(fast: true, options => options with
        {
            Tls = new TlsOptions { Addresses = ["127.0.0.1:0"], Directory = files, PublicPort = 8443 },
        });
        await gateway.EndpointAsync("a1", backend.Address);
        await gateway.RouteAsync("open", route => route with
        {
            Host = "open.example", Tls = new RouteTls { Redirect = true, Hsts = TimeSpan.FromDays(1) },
        });
        await ClosedAsync(required: true);
    }

    public async ValueTask DisposeAsync()
    {
        await gateway.DisposeAsync();
        await backend.DisposeAsync();
        foreach (TestCertificates one in new[] { servers, clients, strangers }) one.Dispose();
        Directory.Delete(files, recursive: true);
    }

    private Task ClosedAsync(bool required) => gateway.RouteAsync("closed", route => route with
    {
        Host = "closed.example",
        Tls = new RouteTls
        {
            Client = new RouteClientCertificates { AuthoritiesPem = clients.RootPem, Required = required },
        },
    });

    private async Task<(HttpStatusCode Status, string Body, HttpResponseMessage Answer)> GetAsync(
        string host, X509Certificate2? certificate, string version = "1.1", string? claim = null)
    {
        using var handler = new SocketsHttpHandler
        {
            ConnectCallback = async (_, cancellation) =>
            {
                var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
                await socket.ConnectAsync(IPAddress.Loopback, gateway.TlsPort, cancellation);
                return new NetworkStream(socket, ownsSocket: true);
            },
            SslOptions = new SslClientAuthenticationOptions
            {
                TargetHost = host,
                RemoteCertificateValidationCallback = (_, shown, _, _) => shown is not null,
                LocalCertificateSelectionCallback = (_, _, _, _, _) => certificate!,
            },
        };
        using var client = new HttpClient(handler);
        using var request = new HttpRequestMessage(HttpMethod.Get, $"https://{host}/")
        {
            Version = Version.Parse(version), VersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };
        if (claim is not null) request.Headers.Add("X-Client-Certificate-Subject", claim);
        HttpResponseMessage answer = await client.SendAsync(request, Cancellation);
        return (answer.StatusCode, await answer.Content.ReadAsStringAsync(Cancellation), answer);
    }

    [Theory]
    [InlineData("1.1")]
    [InlineData("2.0")]
    public async Task Certificate_OfTheRoutesAuthority_IsLetInByItsSubject(string version)
    {
        using X509Certificate2 alice = clients.Client();
        (HttpStatusCode status, string body, HttpResponseMessage _) =
            await GetAsync("closed.example", alice, version: version, claim: "CN=root");

        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Equal("subject=CN=alice, O=Shop", body);
    }

    [Fact]
    public async Task Certificate_WrongOrNone_IsRefusedWithWords()
    {
        using X509Certificate2 stranger = strangers.Client();
        using X509Certificate2 ended = clients.Client(fromDays: -20, toDays: -1);
        using X509Certificate2 early = clients.Client(fromDays: 5, toDays: 9);
        using X509Certificate2 server = clients.Client(usage: "1.3.6.1.5.5.7.3.1");
        foreach ((X509Certificate2? certificate, string says) in new[]
        {
            (null, "Show a certificate"), (stranger, "no authority"), (ended, "not good at this time"),
            (early, "not good at this time"), (server, "not for clients"),
        })
        {
            (HttpStatusCode status, string body, _) = await GetAsync("closed.example", certificate);
            Assert.Equal(HttpStatusCode.Forbidden, status);
            Assert.Contains(says, body, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Certificate_Optional_IsToldWhenItIsThereAndRefusedWhenItIsBad()
    {
        await ClosedAsync(required: false);
        using X509Certificate2 alice = clients.Client();
        using X509Certificate2 stranger = strangers.Client();

        Assert.Equal("subject=", (await GetAsync("closed.example", null, claim: "CN=root")).Body);
        Assert.Equal("subject=CN=alice, O=Shop", (await GetAsync("closed.example", alice)).Body);
        Assert.Equal(HttpStatusCode.Forbidden, (await GetAsync("closed.example", stranger)).Status);
    }

    [Theory]
    [InlineData(16, "HTTP/1.1 200 OK")]
    [InlineData(17, null)]
    public async Task Certificate_FarBelowItsAuthority_IsTakenUpToABound(int between, string? answer)
    {
        using var tcp = new TcpClient();
        await tcp.ConnectAsync(IPAddress.Loopback, gateway.TlsPort, Cancellation);
        await using var stream = new SslStream(tcp.GetStream(), false, (_, shown, _, _) => shown is not null);
        string? line = null;
        try
        {
            await stream.AuthenticateAsClientAsync(
                new SslClientAuthenticationOptions
                {
                    TargetHost = "closed.example", ClientCertificateContext = clients.ClientBelow(between),
                },
                Cancellation);
            await stream.WriteAsync("GET / HTTP/1.1\r\nHost: closed.example\r\n\r\n"u8.ToArray(), Cancellation);
            using var reader = new StreamReader(stream);
            line = await reader.ReadLineAsync(Cancellation);
        }
        catch (Exception e) when (e is IOException or AuthenticationException)
        {
            // The server has ended the handshake.
        }

        Assert.Equal(answer, line);
    }

    [Fact]
    public async Task Host_OtherThanTheHandshakes_DoesNotComeAroundTheCertificate()
    {
        // The handshake names an open host, so that no certificate is asked for; the request names the closed one.
        using X509Certificate2 alice = clients.Client();
        using var tcp = new TcpClient();
        await tcp.ConnectAsync(IPAddress.Loopback, gateway.TlsPort, Cancellation);
        await using var stream = new SslStream(tcp.GetStream(), false, (_, shown, _, _) => shown is not null);
        await stream.AuthenticateAsClientAsync(
            new SslClientAuthenticationOptions { TargetHost = "open.example", ClientCertificates = [alice] },
            Cancellation);
        await stream.WriteAsync(
            "GET / HTTP/1.1\r\nHost: closed.example\r\nConnection: close\r\n\r\n"u8.ToArray(), Cancellation);
        using var reader = new StreamReader(stream);

        Assert.StartsWith("HTTP/1.1 421 ", await reader.ReadLineAsync(Cancellation), StringComparison.Ordinal);
        Assert.Equal(0, backend.Requests);
    }

    [Fact]
    public async Task PlainHttp_ToTheClosedHost_IsRefused()
    {
        string answer = await RawClient.ExchangeAsync(
            gateway.Port, "GET / HTTP/1.1\r\nHost: closed.example\r\nConnection: close\r\n\r\n");

        Assert.StartsWith("HTTP/1.1 403 ", answer, StringComparison.Ordinal);
        Assert.Equal(0, backend.Requests);
    }

    [Fact]
    public async Task Redirect_FromPlainHttp_NamesThePortAndKeepsTheTarget()
    {
        string answer = await RawClient.ExchangeAsync(
            gateway.Port, "GET /a%20b?c=d HTTP/1.1\r\nHost: open.example:8080\r\nConnection: close\r\n\r\n");
        using HttpResponseMessage tls = (await GetAsync("open.example", null)).Answer;

        Assert.StartsWith("HTTP/1.1 308 ", answer, StringComparison.Ordinal);
        Assert.Contains("\r\nLocation: https://open.example:8443/a%20b?c=d\r\n", answer, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, tls.StatusCode);
        Assert.Equal("max-age=86400", tls.Headers.GetValues("Strict-Transport-Security").Single());
    }
}
