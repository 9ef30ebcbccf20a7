using System.Net;
using System.Net.Http.Headers;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;

namespace Flyball.Cli.Connecting;

/// <summary>
/// Asks the HTTP API. Answers are JSON documents as the server wrote them, so that <c>-o json</c> shows the truth;
/// every refusal becomes a <see cref="CommandFailure"/> with the problem's own words.
/// </summary>
internal sealed class ApiClient : IDisposable
{
    public const string Prefix = "/api/flyball/v1";

    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(5);

    private readonly HttpClient http;

    public ApiClient(ClientContext context)
    {
        Context = context;
        if (!Uri.TryCreate(context.Api, UriKind.Absolute, out Uri? address)
            || (address.Scheme != Uri.UriSchemeHttp && address.Scheme != Uri.UriSchemeHttps))
            throw new CommandFailure(
                $"'{context.Api}' is not an address such as {ClientContext.DefaultApi}.", ExitCodes.Usage);
        http = new HttpClient(new SocketsHttpHandler { UseProxy = false, ConnectTimeout = ConnectTimeout })
        {
            BaseAddress = address,
            Timeout = Timeout.InfiniteTimeSpan,
        };
        if (context.Token?.Any(letter => letter is <= ' ' or > '~') == true)
            throw new CommandFailure("The token holds a space, a line break or another letter that no token has.",
                ExitCodes.Usage);
        if (context.Token is { Length: > 0 } token)
            http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
    }

    public ClientContext Context { get; }

    public Task<JsonDocument> GetAsync(string path, CancellationToken cancellation) =>
        SendAsync(HttpMethod.Get, path, null, cancellation);

    public Task<JsonDocument> PostAsync(string path, Action<Utf8JsonWriter>? body, CancellationToken cancellation) =>
        SendAsync(HttpMethod.Post, path, body, cancellation);

    /// <summary>Posts a form and reads the JSON that comes back.</summary>
    public async Task<JsonDocument> PostFormAsync(
        string path, IEnumerable<KeyValuePair<string, string>> fields, CancellationToken cancellation)
    {
        using var form = new FormUrlEncodedContent(fields);
        using HttpResponseMessage response = await StreamAsync(HttpMethod.Post, path, form, cancellation);
        return await ReadAsync(response, cancellation);
    }

    public Task<JsonDocument> DeleteAsync(string path, CancellationToken cancellation) =>
        SendAsync(HttpMethod.Delete, path, null, cancellation);

    /// <summary>The answer's body, as it arrives.</summary>
    public async Task<HttpResponseMessage> StreamAsync(
        HttpMethod method, string path, HttpContent? content, CancellationToken cancellation)
    {
        // A path with its own root, such as Prometheus' API, is taken as it is.
        string target = path.StartsWith("/api/", StringComparison.Ordinal) ? path : Prefix + path;
        using var request = new HttpRequestMessage(method, target) { Content = content };
        HttpResponseMessage response;
        try
        {
            response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellation);
        }
        catch (HttpRequestException e)
        {
            throw new CommandFailure(
                $"No Flyball answers at {Context.Api} ({e.InnerException?.Message ?? e.Message}). "
                + "Start one with 'flyball up', or say where it is with --api or FLYBALL_API.", ExitCodes.Unreachable);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            throw new CommandFailure(
                $"{Context.Api} takes no connection within {ConnectTimeout.TotalSeconds:0} s.", ExitCodes.Unreachable);
        }

        if (response.IsSuccessStatusCode) return response;
        using (response) throw await Problems.ReadAsync(response, cancellation);
    }

    /// <summary>One JSON document a line, until the server ends.</summary>
    public async IAsyncEnumerable<JsonElement> LinesAsync(
        string path, [EnumeratorCancellation] CancellationToken cancellation)
    {
        using HttpResponseMessage response = await StreamAsync(HttpMethod.Get, path, null, cancellation);
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync(cancellation), Encoding.UTF8);
        while (await reader.ReadLineAsync(cancellation) is { } line)
        {
            if (line.Length == 0) continue;
            using JsonDocument document = JsonDocument.Parse(line);
            yield return document.RootElement.Clone();
        }
    }

    public void Dispose() => http.Dispose();

    private async Task<JsonDocument> SendAsync(
        HttpMethod method, string path, Action<Utf8JsonWriter>? body, CancellationToken cancellation)
    {
        using HttpResponseMessage response = await StreamAsync(
            method, path, body is null ? null : Json(body), cancellation);
        return await ReadAsync(response, cancellation);
    }

    private async Task<JsonDocument> ReadAsync(HttpResponseMessage response, CancellationToken cancellation)
    {
        if (response.StatusCode == HttpStatusCode.NoContent) return JsonDocument.Parse("{}");
        await using Stream stream = await response.Content.ReadAsStreamAsync(cancellation);
        try
        {
            return await JsonDocument.ParseAsync(stream, default, cancellation);
        }
        catch (JsonException)
        {
            throw new CommandFailure($"{Context.Api} does not answer as a Flyball API does.", ExitCodes.Unreachable);
        }
    }

    private static ByteArrayContent Json(Action<Utf8JsonWriter> body)
    {
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer)) body(writer);
        var content = new ByteArrayContent(buffer.ToArray());
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        return content;
    }
}
