using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using Flyball.Discovery.Registrations;
using Flyball.Discovery.Sidecar.Configuring;

namespace Flyball.Discovery.Sidecar;

/// <summary>
/// What a sidecar says to the catalogue and asks it, in the words of Consul's HTTP API: any server that speaks it will
/// do. Each call has a deadline and a bound on its answer.
/// </summary>
internal sealed class CatalogueClient : IDisposable
{
    private const string IndexHeader = "X-Consul-Index";

    /// <summary>Of one answer.</summary>
    private const int BytesMax = 64 * 1024 * 1024;

    /// <summary>A sentence that says no is cut there.</summary>
    private const int ReasonCharsMax = 300;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly HttpClient http;
    private volatile SidecarSpec spec;
    private readonly TimeProvider time;

    public CatalogueClient(SidecarSpec spec, TimeProvider time)
    {
        this.spec = spec;
        this.time = time;
        http = new HttpClient(new SocketsHttpHandler
        {
            ConnectTimeout = Patience, UseProxy = false, UseCookies = false, AllowAutoRedirect = false,
            ActivityHeadersPropagator = null,
        })
        {
            BaseAddress = new Uri(spec.Catalogue, "/v1/"),
            MaxResponseContentBufferSize = BytesMax,
            Timeout = Timeout.InfiniteTimeSpan,
        };
    }

    /// <summary>Changes with the file, but for the address.</summary>
    public SidecarSpec Spec
    {
        set => spec = value;
    }

    public static string CheckId(RegisterSpec spec) => "sidecar:" + spec.Id;

    /// <exception cref="CatalogueException">It is away or refuses.</exception>
    public async Task RegisterAsync(RegisterSpec register, CheckStatus status, CancellationToken cancellation)
    {
        string address = register.Address ?? await OwnAddressAsync(cancellation);
        using HttpResponseMessage answer = await AskAsync(
            HttpMethod.Put, "agent/service/register?replace-existing-checks=true",
            Body(register, address, status), Patience, cancellation);
        if (!answer.IsSuccessStatusCode) throw Refusal(answer, await ReasonAsync(answer, cancellation));
    }

    /// <summary>Tells how it is, which also renews its lease. False when the catalogue does not know it.</summary>
    /// <exception cref="CatalogueException">It is away or refuses.</exception>
    public async Task<bool> TellAsync(
        RegisterSpec register, CheckStatus status, string output, CancellationToken cancellation)
    {
        using HttpResponseMessage answer = await AskAsync(
            HttpMethod.Put, "agent/check/update/" + Uri.EscapeDataString(CheckId(register)),
            Json(json =>
            {
                json.WriteString("Status"u8, status.Name());
                json.WriteString("Output"u8, output);
            }),
            Patience, cancellation);
        if (answer.IsSuccessStatusCode) return true;
        string reason = await ReasonAsync(answer, cancellation);
        // Consul before 1.14 says so with a 500.
        if (answer.StatusCode == HttpStatusCode.NotFound
            || reason.Contains("nknown check", StringComparison.Ordinal)) return false;
        throw Refusal(answer, reason);
    }

    /// <exception cref="CatalogueException">It is away or refuses.</exception>
    public async Task DeregisterAsync(RegisterSpec register, CancellationToken cancellation)
    {
        using HttpResponseMessage answer = await AskAsync(
            HttpMethod.Put, "agent/service/deregister/" + Uri.EscapeDataString(register.Id), null, Patience,
            cancellation);
        if (answer.IsSuccessStatusCode || answer.StatusCode == HttpStatusCode.NotFound) return;
        throw Refusal(answer, await ReasonAsync(answer, cancellation));
    }

    /// <summary>The instances as soon as they are others than at <paramref name="index"/>, or after the wait.</summary>
    /// <exception cref="CatalogueException">It is away, refuses, or answers without an index.</exception>
    public async Task<(JsonDocument Instances, ulong Index)> FollowAsync(
        string query, ulong index, TimeSpan wait, CancellationToken cancellation)
    {
        string more = query.Contains('?', StringComparison.Ordinal) ? "&" : "?";
        string path = string.Create(
            CultureInfo.InvariantCulture,
            $"health/service/{query}{more}index={index}&wait={(long)wait.TotalMilliseconds}ms");
        // A server adds up to a sixteenth to the wait.
        using HttpResponseMessage answer = await AskAsync(
            HttpMethod.Get, path, null, wait + (wait / 16) + Patience, cancellation);
        if (!answer.IsSuccessStatusCode) throw Refusal(answer, await ReasonAsync(answer, cancellation));
        if (!answer.Headers.TryGetValues(IndexHeader, out IEnumerable<string>? values)
            || !ulong.TryParse(values.First(), NumberStyles.None, CultureInfo.InvariantCulture, out ulong at))
            throw new CatalogueException(false, $"it answers without {IndexHeader}: is that a catalogue?");
        return (await ParseAsync(answer, cancellation), at);
    }

    public void Dispose() => http.Dispose();

    /// <summary>The address of this machine by which it reaches the catalogue.</summary>
    private async Task<string> OwnAddressAsync(CancellationToken cancellation)
    {
        try
        {
            string host = spec.Catalogue.IdnHost.Trim('[', ']');
            IPAddress[] all = await System.Net.Dns.GetHostAddressesAsync(host, cancellation);
            IPAddress there = all.FirstOrDefault(one => one.AddressFamily == AddressFamily.InterNetwork) ?? all[0];
            // Connecting UDP sends nothing: the kernel only chooses the route.
            using var socket = new Socket(there.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
            socket.Connect(new IPEndPoint(there, spec.Catalogue.Port));
            return ((IPEndPoint)socket.LocalEndPoint!).Address.ToString();
        }
        catch (SocketException e)
        {
            throw new CatalogueException(false, $"no route to {spec.Catalogue}: {e.Message}", e);
        }
    }

    private byte[] Body(RegisterSpec register, string address, CheckStatus status) => Json(json =>
    {
        json.WriteString("ID"u8, register.Id);
        json.WriteString("Name"u8, register.Service);
        json.WriteString("Address"u8, address);
        json.WriteNumber("Port"u8, register.Port);
        json.WriteStartArray("Tags"u8);
        foreach (string tag in register.Tags) json.WriteStringValue(tag);
        json.WriteEndArray();
        json.WriteStartObject("Meta"u8);
        foreach ((string key, string value) in register.Meta) json.WriteString(key, value);
        json.WriteEndObject();
        json.WriteStartObject("Weights"u8);
        json.WriteNumber("Passing"u8, register.Weight);
        json.WriteNumber("Warning"u8, register.Weight);
        json.WriteEndObject();
        json.WriteStartObject("Check"u8);
        json.WriteString("CheckID"u8, CheckId(register));
        json.WriteString("Name"u8, $"sidecar of {Environment.MachineName}");
        json.WriteString("Status"u8, status.Name());
        json.WriteString("TTL"u8, Milliseconds(spec.Lease));
        json.WriteString("DeregisterCriticalServiceAfter"u8, Milliseconds(spec.ForgetAfter));
        json.WriteEndObject();
    });

    private async Task<HttpResponseMessage> AskAsync(
        HttpMethod method, string path, byte[]? body, TimeSpan patience, CancellationToken cancellation)
    {
        using var request = new HttpRequestMessage(method, path);
        if (body is not null) request.Content = new ByteArrayContent(body);
        using var deadline = new CancellationTokenSource(patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellation, deadline.Token);
        try
        {
            // Read anew each time: whoever rotates the token writes the file, and restarts nothing.
            if (spec.TokenFile is { } file)
            {
                request.Headers.TryAddWithoutValidation(
                    "X-Consul-Token", (await File.ReadAllTextAsync(file, either.Token)).Trim());
            }

            return await http.SendAsync(request, either.Token);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            throw new CatalogueException(false, "it does not answer in time");
        }
        catch (Exception e) when (e is HttpRequestException or IOException or UnauthorizedAccessException)
        {
            throw new CatalogueException(false, e.InnerException?.Message ?? e.Message, e);
        }
    }

    private static async Task<JsonDocument> ParseAsync(HttpResponseMessage answer, CancellationToken cancellation)
    {
        try
        {
            using Stream body = await answer.Content.ReadAsStreamAsync(cancellation);
            return await JsonDocument.ParseAsync(body, default, cancellation);
        }
        catch (Exception e) when (e is JsonException or IOException or HttpRequestException)
        {
            throw new CatalogueException(false, $"it answers what is no JSON: {e.Message}", e);
        }
    }

    private static async Task<string> ReasonAsync(HttpResponseMessage answer, CancellationToken cancellation)
    {
        string text = (await answer.Content.ReadAsStringAsync(cancellation)).Trim();
        return text.Length > ReasonCharsMax ? text[..ReasonCharsMax] : text;
    }

    private static CatalogueException Refusal(HttpResponseMessage answer, string reason)
    {
        int status = (int)answer.StatusCode;
        string hint = answer.StatusCode is HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden
            ? " (is the token in token-file the right one?)" : "";
        return new CatalogueException(
            status is >= 400 and < 500,
            string.Create(CultureInfo.InvariantCulture, $"it answers {status}: {reason}{hint}"));
    }

    private static string Milliseconds(TimeSpan value) =>
        string.Create(CultureInfo.InvariantCulture, $"{(long)value.TotalMilliseconds}ms");

    private static byte[] Json(Action<Utf8JsonWriter> fields)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream))
        {
            json.WriteStartObject();
            fields(json);
            json.WriteEndObject();
        }

        return stream.ToArray();
    }
}
