using System.Diagnostics;
using System.Globalization;
using System.Text;
using Flyball.Base.Codecs;
using Flyball.Metrics.Exposition;
using Flyball.Metrics.Model;
using Flyball.Metrics.RemoteWrite;
using Flyball.Metrics.Scraping.Configuration;
using Flyball.Metrics.Scraping.Ingestion;
using Flyball.Metrics.Scraping.Targets;
using Flyball.Metrics.Storage;
using Flyball.Metrics.Storage.Labelling;
using Snappier;

namespace Flyball.Metrics.Bench;

/// <summary>What parsing costs, without the store: a scrape's body into a batch, and remote write 2.0.</summary>
internal static class IntakeRuns
{
    private const int Series = 2_000;
    private const int Rounds = 500;

    public static void Run()
    {
        Scrape();
        RemoteWriteTwo();
    }

    private static void Scrape()
    {
        byte[] body = Body();
        var job = new ScrapeJob { Name = "j", Fingerprint = "" };
        Labels discovered = TargetBuilder.Discovered(job, Labels.Empty, Labels.Of(("__address__", "node:9100")));
        TargetSpec spec = TargetBuilder.TryBuild(job, discovered, out _)!;
        var memory = new TargetMemory(spec.Labels);
        var sink = new ScrapeSink(1);
        var batch = new SampleBatch();
        Measure($"scrape of {body.Length} bytes of text, known series", () =>
        {
            batch.Clear(LabelForm.Plain);
            memory.Begin();
            sink.Begin(spec, memory, batch, 1000);
            if (TextExposition.Read(body, ExpositionFormat.Text, ref sink) is { } error)
                throw new InvalidOperationException(error.ToString());
        });
    }

    private static void RemoteWriteTwo()
    {
        byte[] request = Snappy.CompressToArray(Request());
        var decoder = new RemoteWriteV2Decoder();
        var batch = new SampleBatch();
        Measure($"remote write 2.0 of {request.Length} bytes", () =>
        {
            if (decoder.Decode(request, 1 << 24, "", batch) != RemoteWriteProblem.None)
                throw new InvalidOperationException("The request is malformed.");
        });
    }

    private static void Measure(string name, Action round)
    {
        for (int warm = 0; warm < 50; warm++) round();
        long allocated = GC.GetAllocatedBytesForCurrentThread();
        long started = Stopwatch.GetTimestamp();
        for (int index = 0; index < Rounds; index++) round();
        double nanos = Stopwatch.GetElapsedTime(started).TotalNanoseconds / Rounds / Series;
        allocated = (GC.GetAllocatedBytesForCurrentThread() - allocated) / Rounds;
        Console.WriteLine(
            string.Create(CultureInfo.InvariantCulture, $"{name}: {nanos:F0} ns a sample, {allocated} bytes a round"));
    }

    private static byte[] Body()
    {
        var text = new StringBuilder("# HELP node_cpu_seconds_total Seconds.\n# TYPE node_cpu_seconds_total counter\n");
        for (int index = 0; index < Series; index++)
            text.Append(
                CultureInfo.InvariantCulture,
                $"node_cpu_seconds_total{{cpu=\"{index}\",mode=\"idle\",device=\"eth{index % 7}\"}} {index * 1234.56}\n");
        return Encoding.UTF8.GetBytes(text.ToString());
    }

    private static byte[] Request()
    {
        var symbols = new List<string> { "", "__name__", "node_cpu_seconds_total", "cpu", "mode", "idle", "job", "node" };
        var output = new ByteBuffer();
        for (int index = 0; index < Series; index++) symbols.Add(index.ToString(CultureInfo.InvariantCulture));
        foreach (string symbol in symbols)
        {
            output.Byte(0x22);
            output.Text(symbol);
        }

        for (int index = 0; index < Series; index++)
        {
            var refs = new ByteBuffer();
            foreach (int reference in (ReadOnlySpan<int>)[1, 2, 3, 8 + index, 6, 7, 4, 5]) refs.VarUInt((ulong)reference);
            var sample = new ByteBuffer();
            sample.Byte(0x09);
            sample.Double(index * 1.5);
            sample.Byte(0x10);
            sample.VarUInt(1_700_000_000_000);
            var series = new ByteBuffer();
            series.Byte(0x0A);
            series.Sized(refs.Written);
            series.Byte(0x12);
            series.Sized(sample.Written);
            output.Byte(0x2A);
            output.Sized(series.Written);
        }

        return output.Written.ToArray();
    }
}
