using System.IO.Compression;
using System.Net;
using System.Text;
using Flyball.Metrics.Hosting;
using Flyball.Metrics.Scraping.Ingestion;
using Flyball.Metrics.Storage;

namespace Flyball.Metrics.Ingestion.Tests.Scraping;

public sealed class ScrapeTests
{
    [Fact]
    public async Task Scrape_Text_StoresSamplesWithTheTargetsLabels()
    {
        await using ScrapeWorld world = await ScrapeWorld.OpenAsync();
        await world.ScrapeAsync("# HELP a Help.\n# TYPE a gauge\na{b=\"c\"} 1\na 2\n");
        await world.ScrapeAsync("# HELP a Help.\n# TYPE a gauge\na{b=\"c\"} 3\na 4\n");
        Assert.Equal(
            """
            {__name__="a", b="c", instance="node:9100", job="j"} 0:1 15000:3
            {__name__="a", instance="node:9100", job="j"} 0:2 15000:4
            """,
            world.Dump());
        Assert.Equal(
            """
            {__name__="scrape_duration_seconds", instance="node:9100", job="j"} 0:0 15000:0
            {__name__="scrape_samples_post_metric_relabeling", instance="node:9100", job="j"} 0:2 15000:2
            {__name__="scrape_samples_scraped", instance="node:9100", job="j"} 0:2 15000:2
            {__name__="scrape_series_added", instance="node:9100", job="j"} 0:2 15000:0
            {__name__="up", instance="node:9100", job="j"} 0:1 15000:1
            """,
            world.Store.Dump(labels => labels.Contains("\"scrape_") || labels.Contains("\"up\"")));
        MetricMetadata told = Assert.Single(world.Target.Memory.Metadata.Shown);
        Assert.Equal(new MetricMetadata("a", "gauge", "Help.", ""), told);
        using StoreLease lease = world.Store.Host.TryEnter()!;
        Assert.Equal(told, Assert.Single(lease.Store.Parts.Metadata.All()));
    }

    [Fact]
    public async Task Scrape_SeriesVanishesAndComesBack_EndsWithAMarker()
    {
        await using ScrapeWorld world = await ScrapeWorld.OpenAsync();
        await world.ScrapeAsync("a 1\nb 1\n");
        await world.ScrapeAsync("a 2\n");
        await world.ScrapeAsync("a 3\nb 3\n");
        await world.ScrapeAsync("b 4\na{} 4\n");
        Assert.Equal(
            """
            {__name__="a", instance="node:9100", job="j"} 0:1 15000:2 30000:3 45000:4
            {__name__="b", instance="node:9100", job="j"} 0:1 15000:stale 30000:3 45000:4
            """,
            world.Dump());
    }

    [Fact]
    public async Task Scrape_Fails_EndsAllSeriesAndIsDown()
    {
        await using ScrapeWorld world = await ScrapeWorld.OpenAsync();
        await world.ScrapeAsync("a 1\n");
        world.Fake.Status = HttpStatusCode.InternalServerError;
        ScrapeResult failed = await world.ScrapeAsync("a 2\n");
        Assert.Equal("the target answers 500 Internal Server Error", failed.Error);
        await world.ScrapeAsync("a 2\n");
        world.Fake.Status = HttpStatusCode.OK;
        await world.ScrapeAsync("a 3\n");
        Assert.Equal("""{__name__="a", instance="node:9100", job="j"} 0:1 15000:stale 45000:3""", world.Dump());
        Assert.Equal(
            """{__name__="up", instance="node:9100", job="j"} 0:1 15000:0 30000:0 45000:1""",
            world.Store.Dump(labels => labels.Contains("\"up\"")));
    }

    [Fact]
    public async Task Scrape_BodyBreaksHalfway_StoresNothingOfItAndEndsWhatWas()
    {
        await using ScrapeWorld world = await ScrapeWorld.OpenAsync();
        await world.ScrapeAsync("a 1\n");
        ScrapeResult result = await world.ScrapeAsync("a 2\nnew 2\nb{x=} 1\n");
        Assert.Equal("line 3, column 5: a label value in quotes is expected", result.Error);
        await world.ScrapeAsync("a 3\n");
        Assert.Equal("""{__name__="a", instance="node:9100", job="j"} 0:1 15000:stale 30000:3""", world.Dump());
    }

    [Fact]
    public async Task Scrape_LabelsInConflict_AreExportedOrHonoured()
    {
        const string Body = "a{job=\"x\",instance=\"\"} 1\nb{job=\"x\",exported_job=\"y\"} 1\n";
        await using ScrapeWorld exporting = await ScrapeWorld.OpenAsync();
        await exporting.ScrapeAsync(Body);
        Assert.Equal(
            """
            {__name__="a", exported_job="x", instance="node:9100", job="j"} 0:1
            {__name__="b", exported_exported_job="x", exported_job="y", instance="node:9100", job="j"} 0:1
            """,
            exporting.Dump());
        await using ScrapeWorld honouring = await ScrapeWorld.OpenAsync("honor_labels: true");
        await honouring.ScrapeAsync(Body);
        Assert.Equal(
            """
            {__name__="a", job="x"} 0:1
            {__name__="b", exported_job="y", instance="node:9100", job="x"} 0:1
            """,
            honouring.Dump());
    }

    [Fact]
    public async Task Scrape_OwnTimestamps_AreHonouredAndNotEnded()
    {
        await using ScrapeWorld world = await ScrapeWorld.OpenAsync();
        await world.ScrapeAsync($"a 1 {StoreWorld.StartMs - 1000}\nb 1\n");
        await world.ScrapeAsync("b 2\n");
        Assert.Equal(
            """
            {__name__="a", instance="node:9100", job="j"} -1000:1
            {__name__="b", instance="node:9100", job="j"} 0:1 15000:2
            """,
            world.Dump());
        await using ScrapeWorld other = await ScrapeWorld.OpenAsync("honor_timestamps: false");
        await other.ScrapeAsync($"a 1 {StoreWorld.StartMs - 1000}\n");
        Assert.Equal("""{__name__="a", instance="node:9100", job="j"} 0:1""", other.Dump());
        await using ScrapeWorld tracking = await ScrapeWorld.OpenAsync("track_timestamps_staleness: true");
        await tracking.ScrapeAsync($"a 1 {StoreWorld.StartMs - 1000}\n");
        await tracking.ScrapeAsync("");
        Assert.Equal("""{__name__="a", instance="node:9100", job="j"} -1000:1 15000:stale""", tracking.Dump());
    }

    [Fact]
    public async Task Scrape_MetricRelabelling_DropsAndRenames()
    {
        await using ScrapeWorld world = await ScrapeWorld.OpenAsync(
            """
            metric_relabel_configs:
              - { source_labels: [__name__], regex: drop.*, action: drop }
              - { source_labels: [old], target_label: new }
              - { regex: old, action: labeldrop }
            """);
        ScrapeResult result = await world.ScrapeAsync("drop_me 1\nkept{old=\"x\"} 1\n");
        Assert.Equal((2, 1, 1), (result.Scraped, result.Kept, result.Added));
        Assert.Equal(0, (await world.ScrapeAsync("drop_me 1\nkept{old=\"x\"} 1\n")).Added);
        Assert.Equal(
            """{__name__="kept", instance="node:9100", job="j", new="x"} 0:1 15000:1""", world.Dump());
    }

    [Theory]
    [InlineData("sample_limit: 1", "there are more samples than sample_limit, 1")]
    [InlineData("label_limit: 3", "b has 4 labels, label_limit is 3")]
    [InlineData("label_name_length_limit: 8", "a label name of b has 9 bytes, label_name_length_limit is 8")]
    [InlineData("label_value_length_limit: 9",
        "the value of long_name of b has 10 bytes, label_value_length_limit is 9")]
    [InlineData("body_size_limit: 10B", "the body is larger than 10 bytes")]
    public async Task Scrape_LimitExceeded_FailsAndSaysWhich(string limit, string expected)
    {
        await using ScrapeWorld world = await ScrapeWorld.OpenAsync(limit);
        ScrapeResult result = await world.ScrapeAsync("a 1\nb{long_name=\"0123456789\"} 2\n");
        Assert.Equal(expected, result.Error);
        Assert.Equal("", world.Dump());
        // By how much the limit is exceeded is told.
        if (limit.StartsWith("sample", StringComparison.Ordinal)) Assert.Equal((2, 2), (result.Scraped, result.Kept));
    }

    [Fact]
    public async Task Scrape_Gzip_IsUnpackedAndBounded()
    {
        await using ScrapeWorld world = await ScrapeWorld.OpenAsync("body_size_limit: 1KB");
        world.Fake.Encoding = "gzip";
        world.Fake.Bytes = Gzip("a 1\n");
        Assert.Null((await world.ScrapeAsync("")).Error);
        world.Fake.Bytes = Gzip(string.Concat(Enumerable.Repeat("# a remark\n", 10_000)));
        Assert.Equal("the body is larger than 1024 bytes", (await world.ScrapeAsync("")).Error);
        world.Fake.Bytes = [1, 2, 3];
        Assert.Equal("the body is not packed as it says, or not whole", (await world.ScrapeAsync("")).Error);
        byte[] whole = Gzip("a 1\nb 2\n");
        for (int length = 1; length < whole.Length; length++)
        {
            world.Fake.Bytes = whole[..length];
            Assert.Equal("the body is not packed as it says, or not whole", (await world.ScrapeAsync("")).Error);
        }

        world.Fake.Encoding = "br";
        Assert.Equal("the content encoding br is not supported", (await world.ScrapeAsync("")).Error);
    }

    [Fact]
    public async Task Scrape_Headers_AskForFormatsAndTellTheTimeout()
    {
        await using ScrapeWorld world = await ScrapeWorld.OpenAsync(
            """
            params: { module: [http_2xx, other] }
            basic_auth: { username: u, password: p }
            http_headers: { X-Extra: { values: [one] } }
            """);
        await world.ScrapeAsync("");
        HttpRequestMessage request = Assert.Single(world.Fake.Requests);
        Assert.Equal("http://node:9100/metrics?module=http_2xx&module=other", request.RequestUri!.ToString());
        Assert.StartsWith(
            "application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.5",
            string.Join(',', request.Headers.GetValues("Accept")).Replace("; ", ";"));
        Assert.Equal("10", request.Headers.GetValues("X-Prometheus-Scrape-Timeout-Seconds").Single());
        Assert.Equal("Basic dTpw", request.Headers.GetValues("Authorization").Single());
        Assert.Equal("one", request.Headers.GetValues("X-Extra").Single());
        Assert.Equal("gzip", request.Headers.GetValues("Accept-Encoding").Single());
    }

    [Fact]
    public async Task Scrape_UnknownContentType_NeedsAFallback()
    {
        await using ScrapeWorld world = await ScrapeWorld.OpenAsync();
        world.Fake.ContentType = "text/html";
        Assert.Contains("fallback_scrape_protocol", (await world.ScrapeAsync("a 1\n")).Error);
        await using ScrapeWorld other = await ScrapeWorld.OpenAsync("fallback_scrape_protocol: PrometheusText0.0.4");
        other.Fake.ContentType = "text/html";
        Assert.Null((await other.ScrapeAsync("a 1\n")).Error);
    }

    [Fact]
    public async Task Scrape_OpenMetrics_KeepsExemplarsOnceAndStartsOfCounters()
    {
        await using ScrapeWorld world = await ScrapeWorld.OpenAsync();
        world.Fake.ContentType = "application/openmetrics-text; version=1.0.0";
        string body = "# TYPE a counter\na_total{x=\"1\"} 5 # {id=\"t\"} 1\na_created{x=\"1\"} 1699990000.5\n# EOF\n";
        Assert.Null((await world.ScrapeAsync(body)).Error);
        Assert.Null((await world.ScrapeAsync(body)).Error);
        using StoreLease lease = world.Store.Host.TryEnter()!;
        Assert.Equal(1, lease.Store.Parts.Exemplars.Count);
        using Querying.ISeriesSource source = lease.Store.Open(0, long.MaxValue / 2);
        Querying.ISampleIterator total = source
            .Select(new Querying.SeriesQuery(0, long.MaxValue / 2,
                [Model.LabelMatcher.Equal("__name__", "a_total")])).Single().Iterate();
        Assert.Equal(Querying.SampleKind.Float, total.Next());
        Assert.Equal(1_699_990_000_500, total.StartTimestampMs);
    }

    [Fact]
    public async Task End_TargetIsGone_EndsItsSeriesAndTheReport()
    {
        await using ScrapeWorld world = await ScrapeWorld.OpenAsync();
        await world.ScrapeAsync("a 1\n");
        await world.Runner.EndAsync(world.Target);
        string all = world.Store.Dump();
        Assert.Equal(6, all.Split('\n').Length);
        Assert.All(all.Split('\n'), line => Assert.EndsWith(" 15000:stale", line));
    }

    [Fact]
    public async Task Scrape_DiskRefuses_IsRepeatedLater()
    {
        await using ScrapeWorld world = await ScrapeWorld.OpenAsync();
        world.Store.Disk.CapacityBytes = 0;
        await world.ScrapeAsync("a 1\n");
        world.Store.Disk.CapacityBytes = long.MaxValue;
        await world.ScrapeAsync("a 2\n");
        Assert.EndsWith("15000:2", world.Dump());
    }

    private static byte[] Gzip(string text)
    {
        var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionMode.Compress)) gzip.Write(Encoding.UTF8.GetBytes(text));
        return packed.ToArray();
    }
}
