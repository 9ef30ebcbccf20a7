using System.Net;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.Logging;

namespace Flyball.Metrics.Ingestion.Tests.Scraping;

/// <summary>A real HTTP server on a free loopback port that answers as the test says.</summary>
internal sealed class LoopbackServer : IAsyncDisposable
{
    private readonly WebApplication app;

    private LoopbackServer(WebApplication app) => (this.app, Address) = (app, new Uri(app.Urls.Single()));

    public Uri Address { get; }

    /// <param name="answer">Answers every request.</param>
    /// <param name="certificate">Makes the server speak TLS.</param>
    /// <param name="wantedClient">The thumbprint of the certificate that clients must show.</param>
    public static async Task<LoopbackServer> StartAsync(
        RequestDelegate answer, X509Certificate2? certificate = null, string? wantedClient = null)
    {
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelCore().UseKestrelHttpsConfiguration().ConfigureKestrel(
            kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen =>
            {
                listen.Protocols = HttpProtocols.Http1;
                if (certificate is null) return;
                listen.UseHttps(new HttpsConnectionAdapterOptions
                {
                    ServerCertificate = certificate,
                    ClientCertificateMode = wantedClient is null
                        ? ClientCertificateMode.NoCertificate
                        : ClientCertificateMode.RequireCertificate,
                    ClientCertificateValidation = (client, _, _) => client.Thumbprint == wantedClient,
                });
            }));
        WebApplication app = builder.Build();
        app.Run(answer);
        await app.StartAsync();
        return new LoopbackServer(app);
    }

    public async ValueTask DisposeAsync()
    {
        await app.StopAsync();
        await app.DisposeAsync();
    }
}
