using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.RegularExpressions;
using Flyball.Base.Codecs;
using Flyball.Metrics.Model;
using Flyball.Metrics.Scraping;
using Flyball.Metrics.Scraping.Configuration;
using Flyball.Metrics.Scraping.Http;
using Flyball.Metrics.Scraping.Targets;
using Microsoft.AspNetCore.Http;

namespace Flyball.Metrics.Ingestion.Tests.Scraping;

/// <summary>Scraping over real connections: TLS in its kinds, and redirects.</summary>
public sealed partial class ConnectionTests : IDisposable
{
    private readonly string directory = Directory.CreateTempSubdirectory("flyball-tls-").FullName;

    public void Dispose() => Directory.Delete(directory, recursive: true);

    [Theory]
    [InlineData("ca_file: CA, server_name: target.test", null)]
    [InlineData("insecure_skip_verify: true", null)]
    [InlineData("server_name: target.test", "certificate")]
    [InlineData("ca_file: CA", "certificate")]
    [InlineData("ca_file: CA, server_name: other.test", "certificate")]
    [InlineData("ca_file: OTHER, server_name: target.test", "certificate")]
    [InlineData("ca_file: CA, server_name: target.test, min_version: TLS13", null)]
    public async Task Fetch_OverTls_OnlyATrustedServerIsBelieved(string settings, string? problem)
    {
        using X509Certificate2 server = Certificate("target.test", "CA");
        using X509Certificate2 other = Certificate("target.test", "OTHER");
        await using LoopbackServer target = await LoopbackServer.StartAsync(
            context => context.Response.WriteAsync("a 1\n"), server);
        string yaml = $"scheme: https\ntls_config: {{ {Files(settings)} }}\n";

        FetchResult result = await FetchAsync(target.Address, yaml);

        if (problem is null) Assert.Null(result.Problem);
        else Assert.Contains(problem, result.Problem, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task Fetch_TargetWantsAClientCertificate_ShowsTheJobs()
    {
        using X509Certificate2 server = Certificate("target.test", "CA");
        using X509Certificate2 client = Certificate("scraper.test", "CLIENT");
        await using LoopbackServer target = await LoopbackServer.StartAsync(
            context => context.Response.WriteAsync("a 1\n"), server, client.Thumbprint);
        const string Trust = "ca_file: CA, server_name: target.test";
        string With(string more) => $"scheme: https\ntls_config: {{ {Files(Trust + more)} }}\n";

        Assert.Null((await FetchAsync(target.Address, With(", cert_file: CLIENT, key_file: CLIENT.key"))).Problem);
        Assert.NotNull((await FetchAsync(target.Address, With(""))).Problem);
    }

    [Fact]
    public async Task Fetch_Redirect_IsFollowedUnlessForbidden()
    {
        await using LoopbackServer target = await LoopbackServer.StartAsync(async context =>
        {
            if (context.Request.Path == "/new") await context.Response.WriteAsync("a 1\n");
            else context.Response.Redirect("/new");
        });

        Assert.Null((await FetchAsync(target.Address, "")).Problem);
        Assert.Equal(
            "the target answers 302 Found", (await FetchAsync(target.Address, "follow_redirects: false\n")).Problem);
    }

    [Fact]
    public async Task Fetch_RedirectsForEver_EndsWithAnError()
    {
        int count = 0;
        await using LoopbackServer target = await LoopbackServer.StartAsync(context =>
        {
            Interlocked.Increment(ref count);
            context.Response.Redirect("/again");
            return Task.CompletedTask;
        });

        Assert.NotNull((await FetchAsync(target.Address, "")).Problem);
        Assert.InRange(count, 2, 20);
    }

    [Fact]
    public async Task Fetch_RedirectWithCredentials_ReachTheSameHostAndNoOther()
    {
        List<string> seen = [];
        async Task AnswerAsync(HttpContext context)
        {
            lock (seen) seen.Add(context.Request.Headers.Authorization.ToString());
            await context.Response.WriteAsync("a 1\n");
        }

        await using LoopbackServer other = await LoopbackServer.StartAsync(AnswerAsync);
        await using LoopbackServer target = await LoopbackServer.StartAsync(async context =>
        {
            if (context.Request.Path == "/new") await AnswerAsync(context);
            else if (context.Request.Path == "/here") context.Response.Redirect("/new");
            else context.Response.Redirect($"http://localhost:{other.Address.Port}/");
        });
        const string Credentials = "authorization: { credentials: secret }\n";

        Assert.Null((await FetchAsync(target.Address, Credentials + "metrics_path: /here\n")).Problem);
        Assert.Null((await FetchAsync(target.Address, Credentials + "metrics_path: /there\n")).Problem);

        Assert.Equal(["Bearer secret", ""], seen);
    }

    private static async Task<FetchResult> FetchAsync(Uri address, string yaml)
    {
        ScrapeJob job = ScrapeWorld.Read("job_name: j\nfallback_scrape_protocol: PrometheusText0.0.4\n" + yaml);
        Labels discovered = TargetBuilder.Discovered(job, Labels.Empty, Labels.Of(("__address__", address.Authority)));
        TargetSpec spec = TargetBuilder.TryBuild(job, discovered, out string? problem)!;
        Assert.Null(problem);
        using HttpMessageInvoker client = HttpConnections.Create(job.Http);
        var fetcher = new TargetFetcher(new ScrapeOptions(), TimeProvider.System);
        return await fetcher.FetchAsync(new ScrapeTarget(spec, client), new ByteBuffer(), CancellationToken.None);
    }

    private string Files(string settings) =>
        FileName().Replace(settings, match => ": " + Path.Combine(directory, match.Groups[1].Value));

    [GeneratedRegex(@": ([A-Z]+(\.key)?)(?=,|$)")]
    private static partial Regex FileName();

    /// <summary>A certificate that vouches for itself, in files of that name.</summary>
    private X509Certificate2 Certificate(string host, string file)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={host}", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(host);
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        using X509Certificate2 certificate = request.CreateSelfSigned(
            DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        File.WriteAllText(Path.Combine(directory, file), certificate.ExportCertificatePem());
        File.WriteAllText(Path.Combine(directory, file + ".key"), key.ExportPkcs8PrivateKeyPem());
        return X509CertificateLoader.LoadPkcs12(certificate.Export(X509ContentType.Pkcs12), null);
    }
}
