using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Flyball.Contracts;
using Flyball.Contracts.Gateway.Security;
using Flyball.Gateway.Tls;
using Microsoft.AspNetCore.Http;

namespace Flyball.Gateway.Tests.Tls;

public sealed class TlsTests : IDisposable
{
    private const string Host = "shop.example";

    private readonly TestCertificates authority = new();
    private readonly string files = Directory.CreateTempSubdirectory("flyball-tls-").FullName;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private static Task EchoAsync(HttpContext context) => context.Response.WriteAsync(
        $"{context.Request.Method} {context.Request.Path}\n"
        + string.Join('\n', context.Request.Headers.Select(header => $"{header.Key}: {header.Value}")) + "\n");

    private Task<GatewayUnderTest> StartAsync(Func<TlsOptions, TlsOptions>? change = null) =>
        GatewayUnderTest.StartAsync(fast: true, options =>
        {
            var tls = new TlsOptions
            {
                Addresses = ["127.0.0.1:0"], Directory = files, FilesInterval = TimeSpan.FromMilliseconds(20),
            };
            return options with { Tls = change is null ? tls : change(tls) };
        });

    private void Write(string name, string host, int fromDays = -1, int toDays = 30)
    {
        (string chain, string key) = authority.Server(host, fromDays, toDays);
        // The key first, and each in one step, as tools that renew certificates do it.
        Replace(Path.Combine(files, name + ".key"), key);
        Replace(Path.Combine(files, name + ".crt"), chain);
    }

    private static void Replace(string path, string text)
    {
        File.WriteAllText(path + ".new", text);
        File.Move(path + ".new", path, overwrite: true);
    }

    private static async Task<(SslStream Stream, X509Certificate2? Shown)> HandshakeAsync(
        GatewayUnderTest gateway, string host, SslProtocols protocols = SslProtocols.None,
        X509Certificate2? client = null, SslApplicationProtocol? application = null)
    {
        var tcp = new TcpClient();
        await tcp.ConnectAsync(IPAddress.Loopback, gateway.TlsPort, Cancellation);
        X509Certificate2? shown = null;
        var stream = new SslStream(tcp.GetStream(), false, (_, certificate, _, _) =>
        {
            shown = certificate as X509Certificate2;
            return shown is not null;
        });
        await stream.AuthenticateAsClientAsync(
            new SslClientAuthenticationOptions
            {
                TargetHost = host, EnabledSslProtocols = protocols,
                ClientCertificates = client is null ? null : [client],
                ApplicationProtocols = application is { } only ? [only] : null,
            },
            Cancellation);
        return (stream, shown);
    }

    private HttpClient Client(GatewayUnderTest gateway, Version version)
    {
        var handler = new SocketsHttpHandler
        {
            ConnectCallback = async (_, cancellation) =>
            {
                var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
                await socket.ConnectAsync(IPAddress.Loopback, gateway.TlsPort, cancellation);
                return new NetworkStream(socket, ownsSocket: true);
            },
            AllowAutoRedirect = false,
            UseCookies = false,
        };
        handler.SslOptions.CertificateChainPolicy = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            RevocationMode = X509RevocationMode.NoCheck,
            CustomTrustStore = { authority.Root },
        };
        return new HttpClient(handler)
        {
            BaseAddress = new Uri($"https://{Host}"),
            DefaultRequestVersion = version,
            DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };
    }

    [Theory]
    [InlineData("1.1")]
    [InlineData("2.0")]
    public async Task Request_OverTls_ArrivesInEitherVersion(string version)
    {
        Write("shop", Host);
        await using KestrelBackend backend = await KestrelBackend.StartAsync(EchoAsync);
        await using GatewayUnderTest gateway = await StartAsync();
        await gateway.RouteAsync();
        await gateway.EndpointAsync("a1", backend.Address);
        using HttpClient client = Client(gateway, Version.Parse(version));

        using HttpResponseMessage answer = await client.GetAsync("/x", Cancellation);
        string seen = await answer.Content.ReadAsStringAsync(Cancellation);

        Assert.Equal(Version.Parse(version), answer.Version);
        Assert.StartsWith("GET /x\n", seen, StringComparison.Ordinal);
        Assert.Contains("X-Forwarded-Proto: https\n", seen, StringComparison.Ordinal);
        Assert.Contains($"Host: {Host}\n", seen, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("shop.example", "shop.example")]
    [InlineData("SHOP.example", "shop.example")]
    [InlineData("a.shop.example", "*.shop.example")]
    [InlineData("cart.shop.example", "cart.shop.example")]
    public async Task Handshake_ByHost_ShowsItsCertificate(string asked, string shows)
    {
        Write("shop", Host);
        Write("below", "*.shop.example");
        Write("cart", "cart.shop.example");
        await using GatewayUnderTest gateway = await StartAsync();

        (SslStream stream, X509Certificate2? shown) = await HandshakeAsync(gateway, asked);
        await using SslStream _ = stream;

        Assert.Equal(
            [shows], shown!.Extensions.OfType<X509SubjectAlternativeNameExtension>().Single().EnumerateDnsNames());
    }

    [Theory]
    [InlineData("http/1.1")]
    [InlineData("h2")]
    public async Task Handshake_InternationalName_ShowsItsCertificate(string application)
    {
        Write("books", "xn--bcher-kva.example");
        await using GatewayUnderTest gateway = await StartAsync();

        (SslStream stream, X509Certificate2? shown) = await HandshakeAsync(
            gateway, "xn--bcher-kva.example", application: new SslApplicationProtocol(application));
        await using SslStream _ = stream;

        Assert.NotNull(shown);
        Assert.Equal(application, stream.NegotiatedApplicationProtocol.ToString());
    }

    [Theory]
    [InlineData("other.example")]
    [InlineData("a.b.shop.example")]
    [InlineData("example")]
    public async Task Handshake_UnknownHost_IsRefused(string asked)
    {
        Write("shop", Host);
        Write("below", "*.shop.example");
        await using GatewayUnderTest gateway = await StartAsync();

        await Assert.ThrowsAnyAsync<Exception>(() => HandshakeAsync(gateway, asked));
        (SslStream stream, _) = await HandshakeAsync(gateway, Host);
        await stream.DisposeAsync();
    }

    [Fact]
    public async Task Handshake_WithoutHost_GetsTheDefaultOrIsRefused()
    {
        Write("shop", Host);
        await using GatewayUnderTest strict = await StartAsync();
        await using GatewayUnderTest kind = await StartAsync(tls => tls with { DefaultHost = Host });

        await Assert.ThrowsAnyAsync<Exception>(() => HandshakeAsync(strict, ""));
        (SslStream stream, X509Certificate2? shown) = await HandshakeAsync(kind, "");
        await using SslStream _ = stream;
        Assert.NotNull(shown);
    }

    [Theory]
    [InlineData(SslProtocols.Tls12, SslProtocols.Tls12 | SslProtocols.Tls13, true)]
    [InlineData(SslProtocols.Tls13, SslProtocols.Tls12 | SslProtocols.Tls13, true)]
    [InlineData(SslProtocols.Tls12, SslProtocols.Tls13, false)]
    [InlineData(SslProtocols.Tls13, SslProtocols.Tls13, true)]
    public async Task Handshake_ByVersion_IsWhatTheOptionsSay(SslProtocols client, SslProtocols door, bool works)
    {
        Write("shop", Host);
        await using GatewayUnderTest gateway = await StartAsync(tls => tls with { Protocols = door });

        if (!works)
        {
            await Assert.ThrowsAnyAsync<Exception>(() => HandshakeAsync(gateway, Host, client));
            return;
        }

        (SslStream stream, X509Certificate2? _) = await HandshakeAsync(gateway, Host, client);
        await using SslStream open = stream;
        Assert.Equal(client, stream.SslProtocol);
    }

    [Fact]
    public async Task Client_ThatChecks_RefusesAnExpiredCertificate()
    {
        Write("shop", Host, fromDays: -10, toDays: -1);
        await using GatewayUnderTest gateway = await StartAsync();
        using HttpClient client = Client(gateway, HttpVersion.Version11);

        HttpRequestException failure =
            await Assert.ThrowsAsync<HttpRequestException>(() => client.GetAsync("/", Cancellation));

        Assert.Equal(HttpRequestError.SecureConnectionError, failure.HttpRequestError);
    }

    [Fact]
    public void Snapshot_TwoForAHost_PrefersTheOneThatIsGood()
    {
        ServerCertificate Load(int from, int to)
        {
            (string chain, string key) = authority.Server(Host, from, to);
            return ServerCertificate.Load(chain, key, "test").Certificate!;
        }

        ServerCertificate[] all = [Load(-20, -1), Load(2, 90), Load(-20, 10), Load(-20, 20)];
        var snapshot = new CertificateSnapshot(all, DateTimeOffset.UtcNow);

        Assert.Same(all[3], snapshot.Find(Host));
        Assert.Null(snapshot.Find("x." + Host));
    }

    [Theory]
    [InlineData("1.1")]
    [InlineData("2.0")]
    public async Task Files_ThatChange_AreTakenOverWhileRequestsRun(string version)
    {
        Write("shop", Host);
        await using KestrelBackend backend = await KestrelBackend.StartAsync(EchoAsync);
        await using GatewayUnderTest gateway = await StartAsync();
        await gateway.RouteAsync();
        await gateway.EndpointAsync("a1", backend.Address);
        using HttpClient old = Client(gateway, Version.Parse(version));
        using HttpClient kept = Client(gateway, Version.Parse(version));
        using HttpClient fresh = Client(gateway, HttpVersion.Version11);
        fresh.DefaultRequestHeaders.ConnectionClose = true;
        using var ended = new CancellationTokenSource();
        Task<int> running = RequestsAsync(old, ended.Token);
        Task<int> connecting = RequestsAsync(fresh, ended.Token);
        (await kept.GetAsync("/", Cancellation)).EnsureSuccessStatusCode();
        for (int renewals = 0; renewals < 5; renewals++)
        {
            ServerCertificate before = gateway.Get<CertificateTable>().Snapshot.Find(Host)!;
            Write("shop", Host, toDays: 31 + renewals);
            await Until.HoldsAsync(() => gateway.Get<CertificateTable>().Snapshot.Find(Host) != before);
            (SslStream stream, X509Certificate2? shown) = await HandshakeAsync(gateway, Host);
            await using SslStream _ = stream;
            Assert.NotEqual(before.Leaf.Thumbprint, shown!.Thumbprint);
            (await kept.GetAsync("/", Cancellation)).EnsureSuccessStatusCode();
        }

        await ended.CancelAsync();
        Assert.True(await running > 0);
        Assert.True(await connecting > 0);
    }

    /// <summary>Every one of them has to succeed, on kept connections and on new ones.</summary>
    private static async Task<int> RequestsAsync(HttpClient client, CancellationToken ended)
    {
        int count = 0;
        while (!ended.IsCancellationRequested)
        {
            using HttpResponseMessage answer = await client.GetAsync("/", Cancellation);
            answer.EnsureSuccessStatusCode();
            count++;
        }

        return count;
    }

    [Fact]
    public async Task Files_ThatBreak_LeaveTheCertificateThatWasGood()
    {
        Write("shop", Host);
        await using GatewayUnderTest gateway = await StartAsync();
        string good = gateway.Get<CertificateTable>().Snapshot.Find(Host)!.Leaf.Thumbprint;
        File.WriteAllText(Path.Combine(files, "shop.crt"), "-----BEGIN CERTIFICATE-----\nAAAA");
        (string _, string otherKey) = authority.Server("other.example");
        File.WriteAllText(Path.Combine(files, "shop.key"), otherKey);
        Write("next", "next.example");
        await Until.HoldsAsync(() => gateway.Get<CertificateTable>().Snapshot.Find("next.example") is not null);

        Assert.Equal(good, gateway.Get<CertificateTable>().Snapshot.Find(Host)!.Leaf.Thumbprint);
        File.Delete(Path.Combine(files, "shop.crt"));
        await Until.HoldsAsync(() => gateway.Get<CertificateTable>().Snapshot.Find(Host) is null);
    }

    [Fact]
    public async Task Certificate_FromTheStore_IsServedAndReplaced()
    {
        await using GatewayUnderTest gateway = await StartAsync();
        foreach (int days in new[] { 10, 20 })
        {
            (string chain, string key) = authority.Server(Host, toDays: days);
            await gateway.Store.CommitAsync(new Flyball.Base.Resources.StoreTransaction().Put(
                Kinds.Certificate, Host, new Certificate
                {
                    Host = Host, Source = CertificateSource.Internal, ChainPem = chain, KeyPem = key,
                }));
            string expected = X509Certificate2.CreateFromPem(chain).Thumbprint;
            await Until.HoldsAsync(
                () => gateway.Get<CertificateTable>().Snapshot.Find(Host)?.Leaf.Thumbprint == expected);
            (SslStream stream, X509Certificate2? shown) = await HandshakeAsync(gateway, Host);
            await using SslStream _ = stream;
            Assert.Equal(expected, shown!.Thumbprint);
        }
    }

    [Fact]
    public async Task PlainHttp_AtTheTlsDoor_GetsNoAnswerAndHarmsNobody()
    {
        Write("shop", Host);
        await using GatewayUnderTest gateway = await StartAsync();

        string answer = await RawClient.ExchangeAsync(gateway.TlsPort, "GET / HTTP/1.1\r\nHost: shop.example\r\n\r\n");

        Assert.DoesNotContain("200", answer, StringComparison.Ordinal);
        (SslStream stream, _) = await HandshakeAsync(gateway, Host);
        await stream.DisposeAsync();
    }

    public void Dispose()
    {
        authority.Dispose();
        Directory.Delete(files, recursive: true);
    }
}
