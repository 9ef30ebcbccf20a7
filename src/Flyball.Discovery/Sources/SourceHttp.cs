using System.Net;
using System.Text.Json;

namespace Flyball.Discovery.Sources;

/// <summary>Requests to a source, each with its deadline and a bound on its answer.</summary>
internal sealed class SourceHttp(Uri address, TimeProvider time) : IDisposable
{
    /// <summary>Of one answer.</summary>
    private const int BytesMax = 64 * 1024 * 1024;

    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(5);

    private readonly HttpClient client = new(new SocketsHttpHandler
    {
        ConnectTimeout = ConnectTimeout,
        UseProxy = false,
        UseCookies = false,
        AllowAutoRedirect = false,
        ActivityHeadersPropagator = null,
    })
    {
        BaseAddress = address,
        MaxResponseContentBufferSize = BytesMax,
        Timeout = Timeout.InfiniteTimeSpan,
    };

    /// <summary>The document, and the answer's headers.</summary>
    /// <exception cref="SourceException">It does not answer in time, or not with success.</exception>
    public async Task<(JsonDocument Json, HttpResponseMessage Answer)> SendAsync(
        HttpRequestMessage request, TimeSpan patience, CancellationToken cancellation)
    {
        using var deadline = new CancellationTokenSource(patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellation, deadline.Token);
        HttpResponseMessage answer = await client.SendAsync(request, either.Token);
        using Stream body = await answer.Content.ReadAsStreamAsync(either.Token);
        if (answer.StatusCode != HttpStatusCode.OK)
            throw SourceException.Away($"{request.RequestUri} answers {(int)answer.StatusCode} {answer.ReasonPhrase}");
        return (await JsonDocument.ParseAsync(body, default, either.Token), answer);
    }

    /// <summary>An answer whose body comes by and by.</summary>
    public async Task<HttpResponseMessage> OpenAsync(
        HttpRequestMessage request, TimeSpan patience, CancellationToken cancellation)
    {
        using var deadline = new CancellationTokenSource(patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellation, deadline.Token);
        HttpResponseMessage answer = await client.SendAsync(
            request, HttpCompletionOption.ResponseHeadersRead, either.Token);
        if (answer.StatusCode == HttpStatusCode.OK) return answer;
        using (answer)
            throw SourceException.Away($"{request.RequestUri} answers {(int)answer.StatusCode} {answer.ReasonPhrase}");
    }

    public void Dispose() => client.Dispose();
}
