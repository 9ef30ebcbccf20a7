using System.Diagnostics;
using System.Diagnostics.Metrics;
using Microsoft.AspNetCore.Http;

namespace Flyball.Gateway.Tests.FastPath.Securing;

/// <summary>curl and OpenSSL's own client at the TLS door, with the loops in front.</summary>
public sealed class RealClientTests : IAsyncLifetime
{
    private const string Host = RawConnection.HostOverTls;

    private readonly string directory = Directory.CreateTempSubdirectory("flyball-clients-").FullName;
    private GatewayUnderTest gateway = null!;
    private KestrelBackend backend = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        backend = await KestrelBackend.StartAsync(context => context.Response.WriteAsync(
            $"answer over {context.Request.Headers["X-Forwarded-Proto"]}\n", Cancellation));
        gateway = await GatewayUnderTest.StartAsync(Way.SecureLoops);
        await gateway.RouteAsync();
        await gateway.EndpointAsync("a1", backend.Address);
    }

    public async ValueTask DisposeAsync()
    {
        await gateway.DisposeAsync();
        await backend.DisposeAsync();
        Directory.Delete(directory, recursive: true);
    }

    private static async Task<string> RunAsync(string program, string input, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true,
        };
        using Process process = Process.Start(start)!;
        Task<string> errors = process.StandardError.ReadToEndAsync(Cancellation);
        Task<string> output = process.StandardOutput.ReadToEndAsync(Cancellation);
        await process.StandardInput.WriteAsync(input);
        await process.StandardInput.FlushAsync(Cancellation);
        // Standard input stays open: OpenSSL's client ends with the connection.
        await process.WaitForExitAsync(Cancellation);
        return await output + await errors;
    }

    private Task<string> OpenSslAsync(string version, params string[] more) => RunAsync(
        "openssl", $"GET / HTTP/1.1\r\nHost: {Host}\r\nConnection: close\r\n\r\n",
        ["s_client", "-connect", $"127.0.0.1:{gateway.Port}", "-servername", Host, "-quiet", "-no_ign_eof",
            "-" + version, .. more]);

    [Theory]
    [InlineData("--http1.1", "--tlsv1.3", "1.1")]
    [InlineData("--http1.1", "--tls-max 1.2", "1.1")]
    [InlineData("--no-alpn", "--tlsv1.2", "1.1")]
    [InlineData("--http2", "--tlsv1.3", "2")]
    [InlineData("--http2", "--tls-max 1.2", "2")]
    public async Task Curl_IsAnswered(string http, string tls, string version)
    {
        string answer = await RunAsync(
            "curl",
            "",
            ["-sk", http, .. tls.Split(' '), "--resolve", $"{Host}:{gateway.Port}:127.0.0.1", "-w", "%{http_version}",
                $"https://{Host}:{gateway.Port}/"]);
        Assert.Equal($"answer over https\n{version}", answer);
    }

    [Theory]
    [InlineData("tls1_2", "1.2")]
    [InlineData("tls1_3", "1.3")]
    public async Task OpenSsl_ComesAgain_IsResumed(string version, string protocol)
    {
        var seen = new List<string>();
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, self) =>
        {
            if (instrument.Name == "flyball.gateway.tls_connections") self.EnableMeasurementEvents(instrument, null);
        };
        listener.SetMeasurementEventCallback<long>((_, _, tags, _) =>
        {
            lock (seen) seen.Add(string.Join(' ', tags.ToArray().Select(tag => tag.Value)));
        });
        listener.Start();
        string session = Path.Combine(directory, "session.pem");

        string first = await OpenSslAsync(version, "-sess_out", session);
        string again = await OpenSslAsync(version, "-sess_in", session);

        Assert.Contains("answer over https", first, StringComparison.Ordinal);
        Assert.Contains("answer over https", again, StringComparison.Ordinal);
        lock (seen)
        {
            Assert.Contains($"{protocol} fast no", seen);
            Assert.Contains($"{protocol} fast yes", seen);
        }

        if (version != "tls1_3") return;
        string text = await RunAsync("openssl", "", "sess_id", "-in", session, "-noout", "-text");
        Assert.DoesNotContain("Max Early Data", text.Replace("Max Early Data: 0", "", StringComparison.Ordinal),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task OpenSsl_WithAnOldVersion_IsRefused()
    {
        string answer = await OpenSslAsync("tls1_1", "-cipher", "DEFAULT@SECLEVEL=0");
        Assert.DoesNotContain("answer over", answer, StringComparison.Ordinal);
        Assert.Contains("alert protocol version", answer, StringComparison.Ordinal);
    }
}
