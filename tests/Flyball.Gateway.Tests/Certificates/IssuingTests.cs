using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using Flyball.Base.Resources;
using Flyball.Contracts;
using Flyball.Contracts.Gateway.Security;
using Flyball.Gateway.Certificates;
using Flyball.Gateway.Certificates.Authority;
using Flyball.Gateway.Tls;

namespace Flyball.Gateway.Tests.Certificates;

public sealed class IssuingTests
{
    private static readonly CertificateOptions Server = new() { Holder = "test" };

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private static Task<GatewayUnderTest> StartAsync(CertificateOptions certificates, bool fast = true) =>
        GatewayUnderTest.StartAsync(
            fast, options => options with { Tls = new TlsOptions { Addresses = ["127.0.0.1:0"] } }, certificates);

    private static Task RouteAsync(GatewayUnderTest gateway, string host, CertificateSource source) =>
        gateway.RouteAsync(host, route => route with
        {
            Host = host,
            Tls = new RouteTls { Certificate = source, Redirect = true },
            Auth = new RouteAuth { Keys = new RouteKeyAuth() },
        });

    private static async Task<ServerCertificate> IssuedAsync(GatewayUnderTest gateway, string host, string? not = null)
    {
        while (true)
        {
            if (gateway.Get<CertificateTable>().Snapshot.Find(host) is { } found && found.Leaf.Thumbprint != not)
                return found;
            if (Stored(gateway, host)?.Problem is { } problem) Assert.Fail(problem);
            await Task.Delay(10, Cancellation);
        }
    }

    private static Certificate? Stored(GatewayUnderTest gateway, string host) =>
        gateway.Store.Current.Get(Kinds.Certificate, host)?.Value;

    /// <summary>A client that trusts this root alone, and looks whether the certificate is for the host.</summary>
    private static async Task HandshakeAsync(GatewayUnderTest gateway, string host, string rootPem)
    {
        using var tcp = new TcpClient();
        await tcp.ConnectAsync(IPAddress.Loopback, gateway.TlsPort, Cancellation);
        await using var stream = new SslStream(tcp.GetStream());
        await stream.AuthenticateAsClientAsync(
            new SslClientAuthenticationOptions
            {
                TargetHost = host,
                CertificateChainPolicy = new X509ChainPolicy
                {
                    TrustMode = X509ChainTrustMode.CustomRootTrust,
                    RevocationMode = X509RevocationMode.NoCheck,
                    CustomTrustStore = { X509Certificate2.CreateFromPem(rootPem) },
                },
            },
            Cancellation);
    }

    [Fact]
    public async Task Internal_Route_GetsACertificateThatLeadsToTheRoot()
    {
        await using GatewayUnderTest gateway = await StartAsync(Server);
        await RouteAsync(gateway, "shop.localhost", CertificateSource.Internal);
        await RouteAsync(gateway, "*.below.localhost", CertificateSource.Internal);
        await IssuedAsync(gateway, "shop.localhost");
        await IssuedAsync(gateway, "x.below.localhost");
        string root = OwnIssuer.RootPem(gateway.Store.Current)!;

        await HandshakeAsync(gateway, "shop.localhost", root);
        await HandshakeAsync(gateway, "x.below.localhost", root);
        await Assert.ThrowsAnyAsync<Exception>(() => HandshakeAsync(
            gateway, "shop.localhost", OwnAuthority.CreateRoot(DateTimeOffset.UtcNow).CertificatePem));
    }

    [Fact]
    public async Task Internal_CertificateThatIsDue_IsReplacedAndTheRootStays()
    {
        await using GatewayUnderTest gateway = await StartAsync(
            Server with { Interval = TimeSpan.FromMilliseconds(50) });
        await RouteAsync(gateway, "shop.localhost", CertificateSource.Internal);
        ServerCertificate first = await IssuedAsync(gateway, "shop.localhost");
        string root = OwnIssuer.RootPem(gateway.Store.Current)!;
        await gateway.Store.CommitAsync(new StoreTransaction().Put(
            Kinds.Certificate, "shop.localhost", Stored(gateway, "shop.localhost")! with { NextTryUnixMs = 1 }));

        await IssuedAsync(gateway, "shop.localhost", not: first.Leaf.Thumbprint);
        Assert.Equal(root, OwnIssuer.RootPem(gateway.Store.Current));
        await HandshakeAsync(gateway, "shop.localhost", root);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Acme_Route_ProvesItsHostAndIsServed(bool fast)
    {
        Assert.True(Pebble.IsInstalled, "build/install-peers.sh installs pebble.");
        using var pebble = new Pebble();
        await using GatewayUnderTest gateway = await StartAsync(Server with { Acme = pebble.Options }, fast);
        await pebble.StartAsync(gateway.Port, Cancellation);
        await RouteAsync(gateway, "shop.example", CertificateSource.Acme);

        ServerCertificate issued = await IssuedAsync(gateway, "shop.example");
        Assert.Equal(["shop.example"], issued.Hosts);
        Assert.Contains("Pebble", issued.Leaf.Issuer, StringComparison.Ordinal);
        await Until.HoldsAsync(() => gateway.Store.Current.Count(Kinds.AcmeChallenge.Name) == 0);
        Certificate first = Stored(gateway, "shop.example")!;
        Assert.Null(first.Problem);
        Assert.InRange(first.NextTryUnixMs, first.NotBeforeUnixMs + 1, first.NotAfterUnixMs - 1);

        // Renewed by the account that there is.
        await gateway.Store.CommitAsync(new StoreTransaction().Put(
            Kinds.Certificate, "shop.example", first with { NextTryUnixMs = 1 }));
        await RouteAsync(gateway, "second.example", CertificateSource.Acme);
        await IssuedAsync(gateway, "shop.example", not: issued.Leaf.Thumbprint);
        await IssuedAsync(gateway, "second.example");
        Assert.Equal(1, gateway.Store.Current.Count("acme-account"));
    }

    [Fact]
    public async Task Acme_HostThatCannotBeProven_IsToldAndTriedLater()
    {
        Assert.True(Pebble.IsInstalled, "build/install-peers.sh installs pebble.");
        using var pebble = new Pebble();
        await using GatewayUnderTest gateway = await StartAsync(Server with { Acme = pebble.Options });
        // It asks for the proof where nobody answers.
        await pebble.StartAsync(httpPort: 1, Cancellation);
        await RouteAsync(gateway, "shop.example", CertificateSource.Acme);
        await Until.HoldsAsync(() => Stored(gateway, "shop.example") is not null);

        Certificate failed = Stored(gateway, "shop.example")!;
        Assert.Null(failed.ChainPem);
        Assert.Equal(1, failed.FailedTries);
        Assert.Contains("shop.example was not proven", failed.Problem, StringComparison.Ordinal);
        Assert.True(failed.NextTryUnixMs > DateTimeOffset.UtcNow.ToUnixTimeMilliseconds());
        Assert.Equal(0, gateway.Store.Current.Count(Kinds.AcmeChallenge.Name));
    }

    [Fact]
    public async Task Acme_WithoutServerOrForAWildcard_SaysWhatToDo()
    {
        await using GatewayUnderTest gateway = await StartAsync(Server);
        await RouteAsync(gateway, "shop.example", CertificateSource.Acme);
        await Until.HoldsAsync(() => Stored(gateway, "shop.example") is not null);

        Assert.Contains("--acme-directory", Stored(gateway, "shop.example")!.Problem, StringComparison.Ordinal);
    }
}
