using Flyball.Base.Codecs;
using Snappier;

namespace Flyball.Metrics.Api.Tests.Peers;

/// <summary>A remote-write 1.0 request, for any receiver.</summary>
internal sealed class RemoteWriteMessage
{
    private readonly ByteBuffer request = new();

    /// <summary>Adds a series; its labels are in the order of their names, as senders have them.</summary>
    public RemoteWriteMessage Add(
        IEnumerable<(string Name, string Value)> labels, params IEnumerable<(long AtMs, double Value)> samples) =>
        Add(labels, samples, null);

    /// <summary>Adds a series with native histograms, encoded, beside its samples.</summary>
    public RemoteWriteMessage Add(
        IEnumerable<(string Name, string Value)> labels, IEnumerable<(long AtMs, double Value)> samples,
        IEnumerable<byte[]>? histograms)
    {
        var series = new ByteBuffer();
        foreach ((string name, string value) in labels)
        {
            var pair = new ByteBuffer();
            Sized(pair, 1, System.Text.Encoding.UTF8.GetBytes(name));
            Sized(pair, 2, System.Text.Encoding.UTF8.GetBytes(value));
            Sized(series, 1, pair.Written);
        }

        foreach ((long at, double value) in samples)
        {
            var sample = new ByteBuffer();
            sample.Byte(0x09);
            sample.Double(value);
            sample.Byte(0x10);
            sample.VarUInt((ulong)at);
            Sized(series, 2, sample.Written);
        }

        foreach (byte[] histogram in histograms ?? []) Sized(series, 4, histogram);
        Sized(request, 1, series.Written);
        return this;
    }

    public async Task SendAsync(HttpClient http)
    {
        using HttpResponseMessage answer = await PostAsync(http, new Uri("/api/v1/write", UriKind.Relative));
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
    }

    public async Task<HttpResponseMessage> PostAsync(HttpClient http, Uri address)
    {
        using var content = new ByteArrayContent(Snappy.CompressToArray(request.Written));
        content.Headers.ContentType = new("application/x-protobuf");
        content.Headers.ContentEncoding.Add("snappy");
        content.Headers.Add("X-Prometheus-Remote-Write-Version", "0.1.0");
        return await http.PostAsync(address, content);
    }

    private static void Sized(ByteBuffer to, int field, ReadOnlySpan<byte> bytes)
    {
        to.Byte((byte)((field << 3) | 2));
        to.VarUInt((ulong)bytes.Length);
        bytes.CopyTo(to.Reserve(bytes.Length));
        to.Advance(bytes.Length);
    }
}
