using System.Diagnostics;
using Flyball.Base.Codecs;
using Flyball.Metrics.Storage.Chunks;

namespace Flyball.Metrics.Bench;

/// <summary>Bytes a sample and CPU of the column codecs alone, by kind of series.</summary>
internal static class ColumnSizes
{
    public static void Run(int samples)
    {
        const int SeriesCount = 1_000;
        var data = new NodeExporterData(SeriesCount, 1);
        double[][] columns = new double[SeriesCount][];
        for (int series = 0; series < SeriesCount; series++) columns[series] = new double[samples];
        long[] times = new long[samples];
        double[] row = new double[SeriesCount];
        for (int index = 0; index < samples; index++)
        {
            data.Next(1_700_000_000_000 + (index * (long)data.IntervalMs), times.AsSpan(index, 1), row);
            for (int series = 0; series < SeriesCount; series++) columns[series][index] = row[series];
        }

        (string Name, int From, int To)[] kinds =
        [
            ("constants", 0, 450), ("idle counters", 450, 650), ("cpu seconds", 650, 750), ("memory", 750, 850),
            ("busy counters", 850, 930), ("small gauges", 930, 960), ("durations", 960, 985), ("loads", 985, 995),
            ("clocks", 995, 1000),
        ];
        var values = new ValueColumnEncoder();
        var integers = new IntegerColumnEncoder();
        var buffer = new ByteBuffer(8192);
        integers.Encode(times, buffer);
        Console.WriteLine($"{samples} samples a chunk; timestamps {buffer.Length / (double)samples:F3} bytes a sample");
        long total = 0;
        foreach ((string name, int from, int to) in kinds)
        {
            buffer.Clear();
            for (int series = from; series < to; series++) values.Encode(columns[series], buffer);
            total += buffer.Length;
            Console.WriteLine($"  {name,-14} {buffer.Length / (double)((to - from) * samples):F3}");
        }

        Console.WriteLine($"  all            {total / (double)(SeriesCount * samples):F3}");
        Speed(columns, values, samples);
    }

    private static void Speed(double[][] columns, ValueColumnEncoder encoder, int samples)
    {
        var buffer = new ByteBuffer(1 << 22);
        double[] decoded = new double[samples];
        long[] scratch = new long[samples];
        int[] ends = new int[columns.Length];
        for (int round = 0; round < 60; round++)
        {
            buffer.Clear();
            long start = Stopwatch.GetTimestamp();
            for (int series = 0; series < columns.Length; series++)
            {
                encoder.Encode(columns[series], buffer);
                ends[series] = buffer.Length;
            }

            double encode = Stopwatch.GetElapsedTime(start).TotalNanoseconds / (columns.Length * samples);
            start = Stopwatch.GetTimestamp();
            for (int series = 0; series < columns.Length; series++)
                ValueColumn.TryDecode(
                    buffer.Written[(series == 0 ? 0 : ends[series - 1])..ends[series]], decoded, scratch);
            double decode = Stopwatch.GetElapsedTime(start).TotalNanoseconds / (columns.Length * samples);
            if (round == 59) Console.WriteLine($"  encode {encode:F1} ns, decode {decode:F1} ns a sample");
        }
    }
}
