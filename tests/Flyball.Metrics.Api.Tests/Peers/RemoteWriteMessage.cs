using Flyball.Base.Codecs;
using Flyball.Metrics.Model;
using Snappier;

namespace Flyball.Metrics.Api.Tests.Peers;

/// <summary>A remote-write 1.0 request, for any receiver.</summary>
internal sealed class RemoteWriteMessage
{
    private readonly ByteBuffer request = new();

    public RemoteWriteMessage Add(Labels labels, IEnumerable<(long AtMs, double Value)> samples)
    {
        var series = new ByteBuffer();
        foreach (Label label in labels.Items)
        {
            var pair = new ByteBuffer();
            Sized(pair, 1, System.Text.Encoding.UTF8.GetBytes(label.Name));
            Sized(pair, 2, System.Text.Encoding.UTF8.GetBytes(label.Value));
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

        Sized(request, 1, series.Written);
        return this;
    }

    public async Task SendAsync(HttpClient http)
    {
        using var content = new ByteArrayContent(Snappy.CompressToArray(request.Written));
        content.Headers.ContentType = new("application/x-protobuf");
        content.Headers.ContentEncoding.Add("snappy");
        content.Headers.Add("X-Prometheus-Remote-Write-Version", "0.1.0");
        HttpResponseMessage answer = await http.PostAsync("/api/v1/write", content);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
    }

    private static void Sized(ByteBuffer to, int field, ReadOnlySpan<byte> bytes)
    {
        to.Byte((byte)((field << 3) | 2));
        to.VarUInt((ulong)bytes.Length);
        bytes.CopyTo(to.Reserve(bytes.Length));
        to.Advance(bytes.Length);
    }
}
