using System.Globalization;
using System.Text;
using Flyball.Metrics.Hosting;
using Flyball.Metrics.Importing;

namespace Flyball.Metrics.Ingestion.Tests.Importing;

public sealed class OpenMetricsImportTests
{
    private const long HourMs = 3_600_000;

    [Theory]
    [InlineData(1_000_000), InlineData(2)]
    public async Task Run_OldSamplesInAnyOrder_AreFoundByQueries(long samplesPerPass)
    {
        await using StoreWorld world = await StoreWorld.OpenAsync();
        ImportReport report = Import(world, Body(
            ("a{x=\"1\"}", -10), ("a{x=\"1\"}", -12), ("b", -10), ("a{x=\"1\"}", -11), ("a{x=\"1\"}", -10)), samplesPerPass);
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
        Import(world, Body(("a", -10)));
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

        ImportReport report = Import(world, Body(("a", -10), ("a", 0)));
        Assert.Equal((1, 1), (report.Samples, report.TooNew));
        Assert.Contains("{__name__=\"live\"} 0:1", world.Dump());
    }

    [Theory]
    [InlineData("a 1 1\nb{x=} 2 1\n# EOF\n", "line 2, column 5: a label value in quotes is expected")]
    [InlineData("a 1 1\nb 2\n# EOF\n", "line 2, column 1: a sample to be imported needs a timestamp")]
    [InlineData("a 1 1\n", "line 2, column 1: the body does not end with '# EOF'")]
    public async Task Run_MalformedFile_ChangesNothing(string body, string expected)
    {
        await using StoreWorld world = await StoreWorld.OpenAsync();
        ImportReport report = Import(world, Encoding.UTF8.GetBytes(body));
        Assert.Equal((expected, 0), (report.Problem, report.Blocks));
        Assert.Equal("", world.Dump());
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

    private static ImportReport Import(StoreWorld world, byte[] body, long samplesPerPass = 1000)
    {
        using StoreLease lease = world.Host.TryEnter()!;
        return new OpenMetricsImport(lease.Store, samplesPerPass).Run(() => new MemoryStream(body), default);
    }
}
