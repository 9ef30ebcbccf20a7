using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using Flyball.Contracts.Discovery;

namespace Flyball.Apis.Keeping;

/// <summary>
/// Asks an instance for its document. An instance is not trusted: it may hang, answer without end, or send the server
/// elsewhere. So there is one time for all of it, a bound on the bytes, and no redirect is followed.
/// </summary>
internal sealed class DocumentFetcher : IDisposable
{
    private readonly ApisOptions options;
    private readonly ApisMetrics metrics;
    private readonly TimeProvider time;
    private readonly HttpMessageInvoker http = new(new SocketsHttpHandler
    {
        UseProxy = false,
        UseCookies = false,
        AllowAutoRedirect = false,
        AutomaticDecompression = DecompressionMethods.None,
        ActivityHeadersPropagator = null,
        PooledConnectionLifetime = TimeSpan.FromSeconds(1),
        PooledConnectionIdleTimeout = TimeSpan.FromSeconds(1),
    });

    public DocumentFetcher(ApisOptions options, ApisMetrics metrics, TimeProvider time) =>
        (this.options, this.metrics, this.time) = (options, metrics, time);

    public async Task<FetchOutcome> FetchAsync(Endpoint endpoint, string path, CancellationToken cancellation)
    {
        using var deadline = new CancellationTokenSource(options.FetchTimeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellation);
        FetchOutcome outcome;
        try
        {
            outcome = await AskAsync(endpoint, path, either.Token);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            outcome = FetchOutcome.Failed(string.Create(
                CultureInfo.InvariantCulture,
                $"{path}: not all of it came within {options.FetchTimeout.TotalSeconds:0.#} s"));
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            outcome = FetchOutcome.Failed($"{path}: {Reason(e)}");
        }

        metrics.Fetched(outcome.Bytes is not null);
        return outcome;
    }

    public void Dispose() => http.Dispose();

    private async Task<FetchOutcome> AskAsync(Endpoint endpoint, string path, CancellationToken cancellation)
    {
        string host = endpoint.Address.Contains(':', StringComparison.Ordinal)
            ? $"[{endpoint.Address}]" : endpoint.Address;
        string address = string.Create(CultureInfo.InvariantCulture, $"http://{host}:{endpoint.PortNumber}{path}");
        // Whatever the path is: it must not lead to anybody but the instance.
        bool isInstance = Uri.TryCreate(address, UriKind.Absolute, out Uri? uri) && path.StartsWith('/')
            && uri.Port == endpoint.PortNumber && uri.UserInfo.Length == 0;
        if (!isInstance) return FetchOutcome.Failed($"{path}: {address} is no address of the instance");
        using var request = new HttpRequestMessage(HttpMethod.Get, uri);
        request.Headers.Accept.ParseAdd("application/json, application/yaml;q=0.9, */*;q=0.5");
        request.Headers.UserAgent.Add(new ProductInfoHeaderValue("flyball", null));
        request.Headers.ConnectionClose = true;
        using HttpResponseMessage answer = await http.SendAsync(request, cancellation);
        if ((int)answer.StatusCode is >= 300 and < 400)
            return FetchOutcome.Failed($"{path}: redirects are not followed; it answers {(int)answer.StatusCode}");
        if (answer.StatusCode != HttpStatusCode.OK)
            return FetchOutcome.Failed($"{path}: it answers {(int)answer.StatusCode}");
        if (answer.Content.Headers.ContentEncoding.Count > 0)
            return FetchOutcome.Failed($"{path}: it is packed, which nobody asked for");
        return answer.Content.Headers.ContentLength > options.DocumentBytesMax
            ? TooLarge(path)
            : await ReadAsync(answer.Content, path, cancellation);
    }

    private async Task<FetchOutcome> ReadAsync(HttpContent content, string path, CancellationToken cancellation)
    {
        await using Stream body = await content.ReadAsStreamAsync(cancellation);
        using var bytes = new MemoryStream();
        byte[] chunk = new byte[64 * 1024];
        int read;
        while ((read = await body.ReadAsync(chunk, cancellation)) > 0)
        {
            if (bytes.Length + read > options.DocumentBytesMax) return TooLarge(path);
            bytes.Write(chunk, 0, read);
        }

        return new FetchOutcome(bytes.ToArray(), null);
    }

    private FetchOutcome TooLarge(string path)
    {
        metrics.Refused(nameof(options.DocumentBytesMax));
        return FetchOutcome.Failed($"{path}: larger than {options.DocumentBytesMax} bytes (DocumentBytesMax)");
    }

    /// <summary>
    /// Without the address, which is another one for each instance: the same problem keeps its words.
    /// </summary>
    private static string Reason(Exception failure) => failure is HttpRequestException { HttpRequestError: { } error }
        && error != HttpRequestError.Unknown ? $"no answer ({error})" : "no answer";
}
