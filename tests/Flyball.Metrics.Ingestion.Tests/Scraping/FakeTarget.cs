using System.Net;

namespace Flyball.Metrics.Ingestion.Tests.Scraping;

/// <summary>A target that answers what the test says, and remembers what it was asked.</summary>
internal sealed class FakeTarget : HttpMessageHandler
{
    private int _inFlight;

    public string Body { get; set; } = "";

    public string ContentType { get; set; } = "text/plain; version=0.0.4";

    public HttpStatusCode Status { get; set; } = HttpStatusCode.OK;

    public byte[]? Bytes { get; set; }

    public string? Encoding { get; set; }

    /// <summary>Set to let requests hang until they are cancelled.</summary>
    public bool Hangs { get; set; }

    /// <summary>Requests are answered when this is complete.</summary>
    public Task Gate { get; set; } = Task.CompletedTask;

    /// <summary>The most requests that were in flight together.</summary>
    public int AtOnceMax { get; private set; }

    public List<HttpRequestMessage> Requests { get; } = [];

    protected override async Task<HttpResponseMessage> SendAsync(
        HttpRequestMessage request, CancellationToken cancellationToken)
    {
        lock (Requests)
        {
            Requests.Add(request);
            AtOnceMax = Math.Max(AtOnceMax, ++_inFlight);
        }

        await Gate.WaitAsync(cancellationToken);
        lock (Requests) _inFlight--;
        if (Hangs) await Task.Delay(Timeout.Infinite, cancellationToken);
        var content = new ByteArrayContent(Bytes ?? System.Text.Encoding.UTF8.GetBytes(Body));
        content.Headers.TryAddWithoutValidation("Content-Type", ContentType);
        if (Encoding is not null) content.Headers.TryAddWithoutValidation("Content-Encoding", Encoding);
        return new HttpResponseMessage(Status) { Content = content };
    }
}
