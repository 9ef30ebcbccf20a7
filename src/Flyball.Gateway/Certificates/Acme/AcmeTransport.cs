using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;

namespace Flyball.Gateway.Certificates.Acme;

/// <summary>
/// Signed requests to one ACME server: keeps the nonces that its answers bring, and sends a request again when its
/// nonce was refused (RFC 8555 §6.5). Used by one order at a time.
/// </summary>
internal sealed class AcmeTransport : IDisposable
{
    /// <summary>A server that refuses so many nonces in a row is broken.</summary>
    private const int NonceTriesMax = 10;

    /// <summary>Bytes of an answer: a chain of certificates is far below.</summary>
    private const int AnswerBytesMax = 1024 * 1024;

    private readonly HttpClient http;
    private readonly AcmeOptions options;
    private readonly TimeProvider time;
    private JsonElement? directory;
    private string? nonce;

    public AcmeTransport(AcmeOptions options, TimeProvider time)
    {
        this.options = options;
        this.time = time;
        var handler = new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false };
        if (options.RootsFile is { } file) handler.SslOptions.CertificateChainPolicy = Trusting(file);
        http = new HttpClient(handler)
        {
            Timeout = options.RequestTimeout,
            MaxResponseContentBufferSize = AnswerBytesMax,
            DefaultRequestHeaders = { UserAgent = { new ProductInfoHeaderValue("flyball", "1") } },
        };
    }

    /// <summary>An address that the directory names.</summary>
    public async Task<string> AddressAsync(string name, CancellationToken cancellation)
    {
        if (directory is null)
        {
            using HttpResponseMessage answer = await AskAsync(
                new HttpRequestMessage(HttpMethod.Get, options.Directory), cancellation);
            directory = (await ReadAsync(answer, cancellation)).Json();
        }

        return AcmeAnswer.Text(directory.Value, name);
    }

    /// <exception cref="AcmeException">The server refuses, or does not answer.</exception>
    public async Task<AcmeAnswer> PostAsync(
        AcmeKey key, string? account, string url, string payload, CancellationToken cancellation)
    {
        for (int tries = 1; ; tries++)
        {
            string used = nonce ?? await NonceAsync(cancellation);
            nonce = null;
            using var request = new HttpRequestMessage(HttpMethod.Post, url);
            request.Content = new ByteArrayContent(key.Sign(url, used, account, payload));
            request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/jose+json");
            using HttpResponseMessage answer = await AskAsync(request, cancellation);
            try
            {
                return await ReadAsync(answer, cancellation);
            }
            catch (AcmeException e) when (e.Type == AcmeException.BadNonce && tries < NonceTriesMax)
            {
                // The refusal has brought a fresh one.
            }
        }
    }

    public void Dispose() => http.Dispose();

    private async Task<string> NonceAsync(CancellationToken cancellation)
    {
        string address = await AddressAsync("newNonce", cancellation);
        using HttpResponseMessage answer = await AskAsync(
            new HttpRequestMessage(HttpMethod.Head, address), cancellation);
        string? fresh = nonce;
        return fresh ?? throw new AcmeException("The ACME server gives no nonce.");
    }

    private async Task<HttpResponseMessage> AskAsync(HttpRequestMessage request, CancellationToken cancellation)
    {
        try
        {
            HttpResponseMessage answer = await http.SendAsync(request, cancellation);
            if (answer.Headers.TryGetValues("Replay-Nonce", out IEnumerable<string>? nonces)) nonce = nonces.First();
            return answer;
        }
        catch (HttpRequestException e)
        {
            throw new AcmeException(
                $"The ACME server cannot be reached: {e.InnerException?.Message ?? e.Message}");
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            throw new AcmeException(
                $"The ACME server did not answer within {options.RequestTimeout.TotalSeconds:0} s.");
        }
    }

    private async Task<AcmeAnswer> ReadAsync(HttpResponseMessage answer, CancellationToken cancellation)
    {
        string body = await answer.Content.ReadAsStringAsync(cancellation);
        var read = new AcmeAnswer(body, answer.Headers.Location?.OriginalString, RetryAfter(answer));
        if (answer.IsSuccessStatusCode) return read;
        throw Problem(answer.StatusCode, read);
    }

    private TimeSpan? RetryAfter(HttpResponseMessage answer) => answer.Headers.RetryAfter switch
    {
        { Delta: { } wait } => wait,
        { Date: { } at } => at - time.GetUtcNow() is { Ticks: > 0 } wait ? wait : TimeSpan.Zero,
        _ => null,
    };

    private static AcmeException Problem(HttpStatusCode status, AcmeAnswer answer)
    {
        try
        {
            JsonElement problem = answer.Json();
            string type = AcmeAnswer.TextOrNull(problem, "type") ?? "";
            string detail = AcmeAnswer.TextOrNull(problem, "detail") ?? type;
            return new AcmeException($"The ACME server refuses ({(int)status}): {detail}", type, answer.RetryAfter);
        }
        catch (AcmeException)
        {
            return new AcmeException($"The ACME server answers {(int)status}.", "", answer.RetryAfter);
        }
    }

    /// <exception cref="AcmeException">The file cannot be read.</exception>
    private static X509ChainPolicy Trusting(string file)
    {
        var policy = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            RevocationMode = X509RevocationMode.NoCheck,
        };
        try
        {
            policy.CustomTrustStore.ImportFromPemFile(file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException
            or System.Security.Cryptography.CryptographicException)
        {
            throw new AcmeException($"The ACME server's roots cannot be read from {file}: {e.Message}");
        }

        return policy;
    }
}
