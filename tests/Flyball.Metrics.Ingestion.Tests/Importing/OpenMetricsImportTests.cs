using System.Globalization;
using System.Text;
using Flyball.Metrics.Hosting;
using Flyball.Metrics.Importing;
using Flyball.Metrics.Querying;
using Flyball.Metrics.Storage;
using Flyball.Metrics.Storage.Querying;

namespace Flyball.Metrics.Ingestion.Tests.Importing;

public sealed class OpenMetricsImportTests
{
    private const long HourMs = 3_600_000;

    [Theory]
    [InlineData(1_000_000), InlineData(2)]
    public async Task Run_OldSamplesInAnyOrder_AreFoundByQueries(long samplesPerPass)
    {
        await using StoreWorld world = await StoreWorld.OpenAsync();
        ImportReport report = await ImportAsync(world, Body(
            ("a{x=\"1\"}", -10), ("a{x=\"1\"}", -12), ("b", -10), ("a{x=\"1\"}", -11),
            ("a{x=\"1\"}", -10)), samplesPerPass);
        Assert.Null(report.Problem);
        Assert.Equal((4, 1, 0), (report.Samples, report.Repeated, report.TooNew));
        Assert.Equal(
            """
            {__name__="a", x="1"} -43200000:-12 -39600000:-11 -36000000:-10
            {__name__="b"} -36000000:-10
            """,
            world.Dump());
    }

    [Fact]
    public async Task Run_Restart_KeepsWhatWasImported()
    {
        await using StoreWorld world = await StoreWorld.OpenAsync();
        await ImportAsync(world, Body(("a", -10)));
        string before = world.Dump();
        await world.Host.ExchangeAsync(() => { });
        Assert.Equal(before, world.Dump());
    }

    [Fact]
    public async Task Run_RangeOfTheHead_IsLeftOut()
    {
        await using StoreWorld world = await StoreWorld.OpenAsync();
        using (IntakeTicket ticket = world.Intake.TryEnter(out _)!)
        {
            ticket.Batch.Clear(Storage.Labelling.LabelForm.Plain);
            ticket.Batch.BeginSeries(Model.Labels.Of(("__name__", "live")));
            ticket.Batch.Add(StoreWorld.StartMs, 1);
            await ticket.AppendAsync();
        }

        ImportReport report = await ImportAsync(world, Body(("a", -10), ("a", 0)));
        Assert.Equal((1, 1), (report.Samples, report.TooNew));
        Assert.Contains("{__name__=\"live\"} 0:1", world.Dump());
    }

    [Theory]
    [InlineData("a 1 1\nb{x=} 2 1\n# EOF\n", "line 2, column 5: a label value in quotes is expected")]
    [InlineData("a 1 1\nb 2\n# EOF\n", "line 2, column 1: a sample to be imported needs a timestamp")]
    [InlineData("a 1 1\n", "line 2, column 1: the body does not end with '# EOF'")]
    [InlineData("", "line 1, column 1: the body does not end with '# EOF'")]
    public async Task Run_MalformedFile_ChangesNothing(string body, string expected)
    {
        await using StoreWorld world = await StoreWorld.OpenAsync();
        ImportReport report = await ImportAsync(world, Encoding.UTF8.GetBytes(body));
        Assert.Equal((expected, 0), (report.Problem, report.Blocks));
        Assert.Equal("", world.Dump());
    }

    [Theory]
    [InlineData(1_000_000), InlineData(1)]
    public async Task Run_CreatedLines_BecomeTheStartsOfTheirSamples(long samplesPerPass)
    {
        await using StoreWorld world = await StoreWorld.OpenAsync();
        long at = (StoreWorld.StartMs / 1000) - 36_000;
        ImportReport report = await ImportAsync(world, Encoding.UTF8.GetBytes(
            $"""
            # TYPE c counter
            c_total 1 {at}
            c_created {at - 50} {at}
            c_total 2 {at + 60}
            c_created {at - 50} {at + 60}
            c_total 1 {at + 120}
            c_created {at + 100} {at + 120}
            c_total 3 {at + 180}
            # TYPE h histogram
            h_bucket{"{"}le="+Inf"{"}"} 2 {at}
            h_count 2 {at}
            h_created {at - 7.5} {at}
            # TYPE g gauge
            g 5 {at}
            # EOF

            """), samplesPerPass);

        Assert.Null(report.Problem);
        Assert.Equal(
            """
            c_created 0 0 0
            c_total -50000 -50000 100000 0
            g 0
            h_bucket -7500
            h_count -7500
            h_created 0
            """,
            Starts(world, at * 1000));
    }

    [Fact]
    public async Task Run_Exemplars_AreKeptOverARestart()
    {
        await using StoreWorld world = await StoreWorld.OpenAsync();
        long at = (StoreWorld.StartMs / 1000) - 36_000;
        byte[] body = Encoding.UTF8.GetBytes(
            $"""
            # TYPE c counter
            c_total 1 {at} # {"{"}trace_id="late"{"}"} 0.5 {at - 1.25}
            c_total 2 {at + 60} # {"{"}trace_id="own"{"}"} 1.5
            # EOF

            """);
        ImportReport report = await ImportAsync(world, body);
        Assert.Equal((2, 0), (report.Exemplars, report.ExemplarsLeftOut));
        Assert.Equal(0, (await ImportAsync(world, body)).Exemplars);
        await world.Host.ExchangeAsync(() => { });
        using (StoreLease lease = world.Host.TryEnter()!)
        {
            await lease.Store.CheckpointAsync();
        }

        await world.Host.ExchangeAsync(() => { });
        using StoreLease again = world.Host.TryEnter()!;
        ExemplarSeries found = Assert.Single(ExemplarReader.Select(
            again.Store.Parts, new TimeRange(0, long.MaxValue), [[]]));
        Assert.Equal("{__name__=\"c_total\"}", found.Labels.ToString());
        Assert.Equal(
            [
                new BatchExemplar((at * 1000) - 1250, 0.5, Model.Labels.Of(("trace_id", "late"))),
                new BatchExemplar((at + 60) * 1000, 1.5, Model.Labels.Of(("trace_id", "own"))),
            ],
            found.Exemplars);
    }

    [Fact]
    public void Read_AnySegmentSize_GivesTheSame()
    {
        byte[] body = Encoding.UTF8.GetBytes(
            "# TYPE h histogram\nh_bucket{le=\"1\"} 1 10\nh_bucket{le=\"2\"} 2 10\nh_count 2 10\n# EOF\n");
        for (int size = 30; size < body.Length + 10; size++)
        {
            var sink = new ImportSink(HourMs);
            sink.Collect(0, 0, 1);
            Assert.Null(new SegmentedBody(new MemoryStream(body), size).Read(sink));
            Assert.Equal(3, sink.Series.Count);
            Assert.Contains(sink.Series.Values, series => Encoding.UTF8.GetString(series.Canonical).Contains("1.0"));
        }
    }

    /// <summary>The starts of all samples by metric, counted from a time.</summary>
    private static string Starts(StoreWorld world, long fromMs)
    {
        var lines = new List<string>();
        using StoreLease lease = world.Host.TryEnter()!;
        using ISeriesSource source = lease.Store.Open(0, long.MaxValue / 2);
        foreach (ISeries series in source.Select(
            new SeriesQuery(0, long.MaxValue / 2, []) { NeedsStartTimestamps = true }))
        {
            string line = series.Labels.MetricName;
            ISampleIterator samples = series.Iterate();
            while (samples.Next() != SampleKind.None)
            {
                long startMs = samples.StartTimestampMs == 0 ? 0 : samples.StartTimestampMs - fromMs;
                line += string.Create(CultureInfo.InvariantCulture, $" {startMs}");
            }

            lines.Add(line);
        }

        lines.Sort(StringComparer.Ordinal);
        return string.Join('\n', lines);
    }

    private static byte[] Body(params (string Series, int Hours)[] samples)
    {
        var text = new StringBuilder();
        foreach ((string series, int hours) in samples)
        {
            long seconds = (StoreWorld.StartMs + (hours * HourMs)) / 1000;
            text.Append(CultureInfo.InvariantCulture, $"{series} {hours} {seconds}\n");
        }

        return Encoding.UTF8.GetBytes(text.Append("# EOF\n").ToString());
    }

    private static async Task<ImportReport> ImportAsync(StoreWorld world, byte[] body, long samplesPerPass = 1000)
    {
        using StoreLease lease = world.Host.TryEnter()!;
        return await new OpenMetricsImport(lease.Store, samplesPerPass)
            .RunAsync(() => new MemoryStream(body), default);
    }
}
