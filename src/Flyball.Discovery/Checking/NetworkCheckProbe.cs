using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Flyball.Discovery.Registrations;

namespace Flyball.Discovery.Checking;

/// <summary>
/// Real connections; each probe opens its own, since a kept connection would say nothing of new ones.
/// </summary>
internal sealed class NetworkCheckProbe : ICheckProbe, IDisposable
{
    /// <summary>Redirects followed, as Go's client does.</summary>
    private const int RedirectsMax = 10;

    private readonly HttpMessageInvoker verifying = new(Handler(verify: true));
    private readonly HttpMessageInvoker trusting = new(Handler(verify: false));

    public async ValueTask<CheckVerdict> ProbeAsync(CheckSpec spec, CancellationToken cancellation)
    {
        try
        {
            if (spec.Http is not null) return await GetAsync(spec, cancellation);
            if (spec.Tcp is not null) return await ConnectAsync(spec.Tcp, cancellation);
            (HttpMessageInvoker client, bool isOwn) = ClientOf(spec);
            using HttpMessageInvoker? own = isOwn ? client : null;
            return await GrpcHealth.ProbeAsync(client, spec, cancellation);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            return new CheckVerdict(CheckStatus.Critical, e.InnerException?.Message ?? e.Message);
        }
    }

    public void Dispose()
    {
        verifying.Dispose();
        trusting.Dispose();
    }

    private async ValueTask<CheckVerdict> GetAsync(CheckSpec spec, CancellationToken cancellation)
    {
        using var request = new HttpRequestMessage(new HttpMethod(spec.Method ?? "GET"), spec.Http);
        if (spec.Body is { Length: > 0 } body) request.Content = new StringContent(body);
        foreach ((string name, string[] values) in spec.Header ?? [])
        {
            if (name.Equals("host", StringComparison.OrdinalIgnoreCase)) request.Headers.Host = values.FirstOrDefault();
            else if (!request.Headers.TryAddWithoutValidation(name, values))
                request.Content?.Headers.TryAddWithoutValidation(name, values);
        }

        if (!request.Headers.Contains("User-Agent")) request.Headers.TryAddWithoutValidation(
            "User-Agent", "Consul Health Check");
        (HttpMessageInvoker client, bool isOwn) = ClientOf(spec);
        using HttpMessageInvoker? own = isOwn ? client : null;
        using HttpResponseMessage answer = await client.SendAsync(request, cancellation);
        string text = await ReadAsync(answer, OutputBytes(spec), cancellation);
        int status = (int)answer.StatusCode;
        CheckStatus verdict = status is >= 200 and < 300 ? CheckStatus.Passing
            : status == (int)HttpStatusCode.TooManyRequests ? CheckStatus.Warning : CheckStatus.Critical;
        return new CheckVerdict(verdict, string.Create(
            CultureInfo.InvariantCulture,
            $"HTTP {request.Method} {spec.Http}: {status} {answer.ReasonPhrase} Output: {text}"));
    }

    private static async ValueTask<string> ReadAsync(
        HttpResponseMessage answer, int bytesMax, CancellationToken cancellation)
    {
        var buffer = new byte[bytesMax];
        await using Stream stream = await answer.Content.ReadAsStreamAsync(cancellation);
        int got = await stream.ReadAtLeastAsync(buffer, bytesMax, throwOnEndOfStream: false, cancellation);
        return Encoding.UTF8.GetString(buffer, 0, got);
    }

    private static int OutputBytes(CheckSpec spec)
    {
        const int Usual = 4_096;
        return spec.OutputBytesMax > 0 ? Math.Min(spec.OutputBytesMax, Usual) : Usual;
    }

    private static async ValueTask<CheckVerdict> ConnectAsync(string target, CancellationToken cancellation)
    {
        (string host, int port) = HostPort.Split(target);
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(host, port, cancellation);
        return new CheckVerdict(CheckStatus.Passing, $"TCP connect {target}: Success");
    }

    /// <summary>A check that names its server has a client of its own, since the name belongs to the client.</summary>
    private (HttpMessageInvoker Client, bool IsOwn) ClientOf(CheckSpec spec)
    {
        if (spec.TlsServerName is not { Length: > 0 } name) return (spec.TlsSkipVerify ? trusting : verifying, false);
        SocketsHttpHandler handler = Handler(verify: !spec.TlsSkipVerify);
        handler.ConnectCallback = (context, cancellation) =>
            NamedTls.ConnectAsync(context, name, spec.TlsSkipVerify, cancellation);
        return (new HttpMessageInvoker(handler), true);
    }

    private static SocketsHttpHandler Handler(bool verify)
    {
        var handler = new SocketsHttpHandler
        {
            MaxAutomaticRedirections = RedirectsMax,
            UseProxy = false,
            UseCookies = false,
            PooledConnectionLifetime = TimeSpan.Zero,
            ActivityHeadersPropagator = null,
        };
        if (!verify)
        {
#pragma warning disable CA5359 // The one who registers the check asks for it by TLSSkipVerify.
            handler.SslOptions.RemoteCertificateValidationCallback = (_, _, _, _) => true;
#pragma warning restore CA5359
        }

        return handler;
    }
}
