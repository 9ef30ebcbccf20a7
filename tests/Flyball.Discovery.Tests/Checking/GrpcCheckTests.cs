using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Flyball.Discovery.Checking;
using Flyball.Discovery.Registrations;
using Flyball.Discovery.Tests.Doors;
using Grpc.Health.V1;
using Grpc.HealthCheck;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Flyball.Discovery.Tests.Checking;

/// <summary>The gRPC check against the real health service of gRPC for .NET, and the name that TLS asks for.</summary>
public sealed class GrpcCheckTests : IAsyncDisposable
{
    private const string ServerName = "billing.internal";

    private readonly IPEndPoint door = DoorHost.Free();
    private readonly HealthServiceImpl health = new();
    private WebApplication? app;
    private string? asked;

    [Fact]
    public async Task Grpc_RealHealthService_SaysWhatItSays()
    {
        await StartAsync(certificate: null);
        health.SetStatus("", HealthCheckResponse.Types.ServingStatus.Serving);
        health.SetStatus("shop.Cart", HealthCheckResponse.Types.ServingStatus.NotServing);
        Assert.Equal(CheckStatus.Passing, (await ProbeAsync(new CheckSpec { Grpc = $"{door}" })).Status);
        CheckVerdict cart = await ProbeAsync(new CheckSpec { Grpc = $"{door}/shop.Cart" });
        Assert.Equal((CheckStatus.Critical, $"gRPC check {door}/shop.Cart: not serving (state 2)"),
            (cart.Status, cart.Output));
        CheckVerdict unknown = await ProbeAsync(new CheckSpec { Grpc = $"{door}/shop.Nix" });
        Assert.Equal((CheckStatus.Critical, $"gRPC check {door}/shop.Nix: status 5, HTTP 200"),
            (unknown.Status, unknown.Output));
        health.SetStatus("shop.Cart", HealthCheckResponse.Types.ServingStatus.Serving);
        Assert.Equal(CheckStatus.Passing, (await ProbeAsync(new CheckSpec { Grpc = $"{door}/shop.Cart" })).Status);
    }

    [Fact]
    public async Task Grpc_Registered_TurnsTheEndpoint()
    {
        await StartAsync(certificate: null);
        health.SetStatus("", HealthCheckResponse.Types.ServingStatus.Serving);
        await using DoorHost host = await DoorHost.StartAsync();
        await host.PutAsync("agent/service/register", $$"""
            {"Name":"web","Port":80,"Check":{"CheckID":"c","GRPC":"{{door}}","Interval":"1s"} }
            """);
        await MovingUntilAsync(host, "passing");
        health.SetStatus("", HealthCheckResponse.Types.ServingStatus.NotServing);
        await MovingUntilAsync(host, "critical");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task TlsServerName_IsAskedForAndMustBeTheCertificates(bool isGrpc)
    {
        await StartAsync(Certificate());
        health.SetStatus("", HealthCheckResponse.Types.ServingStatus.Serving);
        CheckSpec spec = isGrpc ? new CheckSpec { Grpc = $"{door}", GrpcUseTls = true }
            : new CheckSpec { Http = $"https://{door}/h" };
        CheckVerdict named = await ProbeAsync(spec with { TlsServerName = ServerName, TlsSkipVerify = true });
        Assert.True(named.Status == CheckStatus.Passing, named.Output);
        Assert.Equal(ServerName, asked);
        // Nobody vouches for a certificate of the test's: it is judged when nobody says to skip that.
        Assert.Equal(CheckStatus.Critical, (await ProbeAsync(spec with { TlsServerName = ServerName })).Status);
        Assert.Equal(ServerName, asked);
        await ProbeAsync(spec with { TlsSkipVerify = true });
        Assert.Equal("", asked ?? "");
    }

    public async ValueTask DisposeAsync()
    {
        if (app is not null) await app.DisposeAsync();
    }

    private static async Task<CheckVerdict> ProbeAsync(CheckSpec spec)
    {
        using var probe = new NetworkCheckProbe();
        return await probe.ProbeAsync(spec, TestContext.Current.CancellationToken);
    }

    private static X509Certificate2 Certificate()
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest($"CN={ServerName}", key, HashAlgorithmName.SHA256,
            RSASignaturePadding.Pkcs1);
        DateTimeOffset now = DateTimeOffset.UtcNow;
        using X509Certificate2 made = request.CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
        return X509CertificateLoader.LoadPkcs12(made.Export(X509ContentType.Pfx), null);
    }

    private async Task StartAsync(X509Certificate2? certificate)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.Services.AddGrpc();
        builder.Services.AddSingleton(health);
        builder.WebHost.UseKestrelHttpsConfiguration().ConfigureKestrel(kestrel => kestrel.Listen(door, listen =>
        {
            listen.Protocols = certificate is null ? HttpProtocols.Http2 : HttpProtocols.Http1AndHttp2;
            if (certificate is null) return;
            listen.UseHttps(https => https.ServerCertificateSelector = (_, name) =>
            {
                asked = name;
                return certificate;
            });
        }));
        app = builder.Build();
        app.MapGrpcService<HealthServiceImpl>();
        app.MapGet("/h", () => "fine");
        await app.StartAsync(TestContext.Current.CancellationToken);
    }

    private static async Task MovingUntilAsync(DoorHost host, string status) =>
        await DoorHost.EventuallyAsync(async () =>
        {
            host.Time.Advance(TimeSpan.FromMilliseconds(200));
            return (await host.GetAsync("agent/checks")).GetProperty("c").GetProperty("Status").GetString() == status;
        }, () => status);
}
