using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;

namespace Flyball.Metrics.Rules.Notifying;

/// <summary>Sends alerts to Prometheus Alertmanagers by their HTTP API.</summary>
internal sealed class AlertmanagerClient(TimeProvider time) : IDisposable
{
    /// <summary>From the attempt to giving up on it; the alert comes again soon enough.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly HttpClient http = new(new SocketsHttpHandler
    {
        PooledConnectionIdleTimeout = TimeSpan.FromMinutes(5),
        UseCookies = false,
    })
    {
        Timeout = Timeout.InfiniteTimeSpan,
    };

    /// <summary>Where alerts are posted.</summary>
    public static Uri Endpoint(Uri address) => new(address.AbsoluteUri.TrimEnd('/') + "/api/v2/alerts");

    /// <summary>Null when the receiver took them, else why not.</summary>
    public async Task<string?> SendAsync(
        Uri address, IReadOnlyList<OutgoingAlert> alerts, CancellationToken cancellation)
    {
        using var patience = new CancellationTokenSource(Patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellation);
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, Endpoint(address)) { Content = Body(alerts) };
            if (address.UserInfo.Length > 0)
            {
                string user = Convert.ToBase64String(Encoding.UTF8.GetBytes(Uri.UnescapeDataString(address.UserInfo)));
                request.Headers.Authorization = new AuthenticationHeaderValue("Basic", user);
            }

            using HttpResponseMessage response = await http.SendAsync(request, either.Token);
            return response.IsSuccessStatusCode ? null : $"{(int)response.StatusCode} {response.ReasonPhrase}";
        }
        catch (HttpRequestException e)
        {
            return e.Message;
        }
        catch (OperationCanceledException)
        {
            return $"no answer within {Patience.TotalSeconds} s";
        }
    }

    public void Dispose() => http.Dispose();

    private static ByteArrayContent Body(IReadOnlyList<OutgoingAlert> alerts)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartArray();
            foreach (OutgoingAlert alert in alerts) alert.Write(json);
            json.WriteEndArray();
        }

        var content = new ByteArrayContent(buffer.ToArray());
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        return content;
    }
}
