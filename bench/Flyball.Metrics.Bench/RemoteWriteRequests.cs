using System.Globalization;
using Flyball.Base.Codecs;
using Snappier;

namespace Flyball.Metrics.Bench;

/// <summary>Encodes scrapes as remote-write 1.0 requests, as Prometheus sends them.</summary>
internal sealed class RemoteWriteRequests(NodeExporterData data)
{
    private static readonly string[] Bounds = ["0.005", "0.01", "0.05", "0.1", "0.5", "1", "5", "+Inf"];

    private readonly int _targets = (data.SeriesCount / NodeExporterData.SeriesPerTarget) + 1;
    private readonly byte[][] _labels = [.. Enumerable.Range(0, data.SeriesCount).Select(Labels)];
    private readonly ByteBuffer _request = new(1 << 20);
    private readonly ByteBuffer _series = new(1024);
    private readonly ByteBuffer _sample = new(32);
    private long[] _timestamps = [];
    private double[] _values = [];

    /// <summary>The next scrape of all targets, cut into requests with a sample a series.</summary>
    public List<byte[]> Next(long scheduledMs, int samplesPerRequest) => [.. Next(scheduledMs, samplesPerRequest, 1)];

    /// <summary>
    /// The next scrapes of all targets, each series' samples in one request. What a request holds is encoded when it is
    /// asked for: ask from one thread, and to the end.
    /// </summary>
    public IEnumerable<byte[]> Next(long scheduledMs, int samplesPerRequest, int scrapes)
    {
        if (_values.Length < scrapes * data.SeriesCount)
        {
            _values = new double[scrapes * data.SeriesCount];
            _timestamps = new long[scrapes * _targets];
        }

        for (int scrape = 0; scrape < scrapes; scrape++)
        {
            data.Next(
                scheduledMs + (scrape * (long)data.IntervalMs), _timestamps.AsSpan(scrape * _targets, _targets),
                _values.AsSpan(scrape * data.SeriesCount, data.SeriesCount));
        }

        int perRequest = Math.Max(1, samplesPerRequest / scrapes);
        for (int first = 0; first < data.SeriesCount; first += perRequest)
        {
            _request.Clear();
            for (int series = first; series < Math.Min(first + perRequest, data.SeriesCount); series++)
                Write(series, scrapes);
            yield return Snappy.CompressToArray(_request.Written);
        }
    }

    private static byte[] Labels(int series)
    {
        int kind = series % NodeExporterData.SeriesPerTarget;
        int target = series / NodeExporterData.SeriesPerTarget;
        int bucket = kind - NodeExporterData.FirstBucket;
        bool isBucket = bucket is >= 0 and < NodeExporterData.BucketCount;
        var output = new ByteBuffer(256);
        Label(output, "__name__", isBucket ? "node_request_seconds_bucket" : $"node_metric_{kind / 8}_total");
        Label(output, "cpu", $"{kind % 8}");
        Label(output, "device", $"device{kind % 8}");
        Label(output, "env", "production");
        if (isBucket) Label(output, "handler", $"/api/{bucket / NodeExporterData.BucketsPerHistogram}");
        Label(output, "instance", $"node-{target:D5}.example.internal:9100");
        Label(output, "job", "node-exporter");
        if (isBucket) Label(output, "le", Bounds[bucket % NodeExporterData.BucketsPerHistogram]);
        else Label(output, "mode", kind % 2 == 0 ? "user" : "system");
        Label(output, "region", string.Create(CultureInfo.InvariantCulture, $"region-{target % 3}"));
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

    private void Write(int series, int scrapes)
    {
        _series.Clear();
        _series.Bytes(_labels[series]);
        for (int scrape = 0; scrape < scrapes; scrape++)
        {
            long atMs = _timestamps[(scrape * _targets) + (series / NodeExporterData.SeriesPerTarget)];
            _sample.Clear();
            _sample.Byte(0x09);
            _sample.Double(_values[(scrape * data.SeriesCount) + series]);
            _sample.Byte(0x10);
            _sample.VarUInt((ulong)atMs);
            _series.Byte(0x12);
            _series.Sized(_sample.Written);
        }

        _request.Byte(0x0A);
        _request.Sized(_series.Written);
    }
}
