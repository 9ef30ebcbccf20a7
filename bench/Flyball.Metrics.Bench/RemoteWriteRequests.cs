using Flyball.Base.Codecs;
using Snappier;

namespace Flyball.Metrics.Bench;

/// <summary>Encodes scrapes as remote-write 1.0 requests, a sample a series, as Prometheus sends them.</summary>
internal sealed class RemoteWriteRequests(NodeExporterData data)
{
    private readonly long[] _timestamps = new long[(data.SeriesCount / NodeExporterData.SeriesPerTarget) + 1];
    private readonly double[] _values = new double[data.SeriesCount];
    private readonly byte[][] _labels = [.. Enumerable.Range(0, data.SeriesCount).Select(Labels)];
    private readonly ByteBuffer _request = new(1 << 20);
    private readonly ByteBuffer _series = new(1024);
    private readonly ByteBuffer _sample = new(32);

    /// <summary>The next scrape of all targets, cut into requests.</summary>
    public List<byte[]> Next(long scheduledMs, int samplesPerRequest)
    {
        data.Next(scheduledMs, _timestamps, _values);
        var requests = new List<byte[]>();
        for (int first = 0; first < data.SeriesCount; first += samplesPerRequest)
        {
            _request.Clear();
            for (int series = first; series < Math.Min(first + samplesPerRequest, data.SeriesCount); series++)
                Write(_labels[series], _timestamps[series / NodeExporterData.SeriesPerTarget], _values[series]);
            requests.Add(Snappy.CompressToArray(_request.Written));
        }

        return requests;
    }

    private static byte[] Labels(int series)
    {
        int kind = series % NodeExporterData.SeriesPerTarget;
        int target = series / NodeExporterData.SeriesPerTarget;
        var output = new ByteBuffer(256);
        Label(output, "__name__", $"node_metric_{kind / 8}_total");
        Label(output, "cpu", $"{kind % 8}");
        Label(output, "device", $"device{kind % 8}");
        Label(output, "env", "production");
        Label(output, "instance", $"node-{target:D5}.example.internal:9100");
        Label(output, "job", "node-exporter");
        Label(output, "mode", kind % 2 == 0 ? "user" : "system");
        Label(output, "region", $"region-{target % 3}");
        return output.Written.ToArray();
    }

    private static void Label(ByteBuffer output, string name, string value)
    {
        var label = new ByteBuffer(64);
        label.Byte(0x0A);
        label.Text(name);
        label.Byte(0x12);
        label.Text(value);
        output.Byte(0x0A);
        output.Sized(label.Written);
    }

    private void Write(byte[] labels, long timestampMs, double value)
    {
        _series.Clear();
        _series.Bytes(labels);
        _sample.Clear();
        _sample.Byte(0x09);
        _sample.Double(value);
        _sample.Byte(0x10);
        _sample.VarUInt((ulong)timestampMs);
        _series.Byte(0x12);
        _series.Sized(_sample.Written);
        _request.Byte(0x0A);
        _request.Sized(_series.Written);
    }
}
