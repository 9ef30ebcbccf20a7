using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Flyball.Tests.Harness;

namespace Flyball.Tests.Gateways;

/// <summary>Two gateway processes at one server share what clients must not notice the difference of.</summary>
public sealed class TwoGatewaysTests : IAsyncLifetime
{
    private const int Burst = 300;

    private readonly string folder = Directory.CreateTempSubdirectory("flyball-www-").FullName;
    private readonly int otherPort = Ports.Next();
    private readonly int otherTlsPort = Ports.Next();
    private Platform platform = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        await File.WriteAllTextAsync(Path.Combine(folder, "index.html"), "ok", Cancellation);
        platform = await Platform.StartAsync(separateRoles: true);
        await platform.StartGatewayAsync(otherPort, otherTlsPort, Path.Combine(platform.Directory, "gateway2"));
    }

    public async ValueTask DisposeAsync()
    {
        await platform.DisposeAsync();
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task InternalCertificate_IsTheSameAtBothAndOfThePlatformsAuthority()
    {
        await ApplyAsync("tls: { certificate: internal }");
        (int code, string root) = await platform.CliAsync("ca");
        Assert.True(code == 0, root);
        using X509Certificate2 authority = X509Certificate2.CreateFromPem(root);

        string first = await SerialAsync(platform.GatewayTlsPort, authority);
        Assert.Equal(first, await SerialAsync(otherTlsPort, authority));
    }

    [Fact]
    public async Task RateLimit_UsedUpAtOne_IsUsedUpAtTheOther()
    {
        await ApplyAsync($"rate_limit: [ {{ requests: 1, per: 24h, burst: {Burst} }} ]");
        using var client = new HttpClient();
        Assert.Equal(HttpStatusCode.OK, await AskAsync(client, otherPort));
        int passed = 1;
        while (await AskAsync(client, platform.GatewayPort) == HttpStatusCode.OK) passed++;

        // Alone, the other one would let nearly a whole burst through.
        int passedByOther = 0;
        await Eventually.TrueAsync(async () =>
        {
            HttpStatusCode status = await AskAsync(client, otherPort);
            if (status == HttpStatusCode.OK) passedByOther++;
            return status == HttpStatusCode.TooManyRequests;
        }, TimeSpan.FromSeconds(30), () => $"{passedByOther} passed");
        Assert.InRange(passed, Burst - 1, Burst + 1);
        Assert.InRange(passedByOther, 0, Burst * 2 / 3);
    }

    private Task ApplyAsync(string route) => platform.ApplyAsync(
        ComposeText.Quick(folder, replicas: 1).Replace(
            $"x-route: {{ host: {ComposeText.Host} }}", $"x-route: {{ host: {ComposeText.Host}, {route} }}",
            StringComparison.Ordinal));

    private static async Task<HttpStatusCode> AskAsync(HttpClient client, int port)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"http://127.0.0.1:{port}/index.html");
        request.Headers.Host = ComposeText.Host;
        using HttpResponseMessage answer = await client.SendAsync(request, Cancellation);
        return answer.StatusCode;
    }

    /// <summary>
    /// The serial number of the certificate that is shown, once one is that the authority answers for.
    /// </summary>
    private async Task<string> SerialAsync(int port, X509Certificate2 authority)
    {
        return await Eventually.GetAsync(async () =>
        {
            using var socket = new TcpClient();
            await socket.ConnectAsync(IPAddress.Loopback, port, Cancellation);
            await using var tls = new SslStream(socket.GetStream());
            var policy = new X509ChainPolicy
            {
                TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck,
            };
            policy.CustomTrustStore.Add(authority);
            try
            {
                await tls.AuthenticateAsClientAsync(
                    new SslClientAuthenticationOptions
                    {
                        TargetHost = ComposeText.Host, CertificateChainPolicy = policy,
                    },
                    Cancellation);
            }
            catch (Exception e) when (e is AuthenticationException or IOException)
            {
                // There is no certificate yet.
                return null;
            }

            return tls.RemoteCertificate!.GetSerialNumberString();
        }, TimeSpan.FromSeconds(60), () => Task.FromResult(platform.Server!.Output));
    }
}
