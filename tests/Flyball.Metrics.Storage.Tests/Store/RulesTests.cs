using System.Diagnostics.Metrics;
using Flyball.Metrics.Model;
using Flyball.Metrics.Storage.Labelling;

namespace Flyball.Metrics.Storage.Tests.Store;

/// <summary>Which samples are taken, and what is said about the others.</summary>
public sealed class RulesTests
{
    private const long Now = StoreHarness.StartMs;

    private static readonly Labels Up = StoreHarness.Series("up");

    [Fact]
    public async Task Append_SameTimeSameValue_IsTakenOnce()
    {
        await using var harness = new StoreHarness();
        await harness.AppendAsync(Up, Now, 1);
        await harness.AppendAsync(Up, Now, 1);
        Assert.Equal((1, 0), (harness.Report.Accepted, harness.Report.Refused));
        Assert.Equal([(Now, 1.0)], harness.Read()[Up.ToString()]);
    }

    [Fact]
    public async Task Append_SameTimeOtherValue_IsADuplicate()
    {
        await using var harness = new StoreHarness();
        await harness.AppendAsync(Up, Now, 1);
        await harness.AppendAsync(Up, Now, 2);
        Assert.Equal(SampleRefusal.DuplicateTimestamp, harness.Report.FirstRefusal);
        Assert.Equal([(Now, 1.0)], harness.Read()[Up.ToString()]);
    }

    [Fact]
    public async Task Append_Refused_IsCountedByReason()
    {
        const int Count = 1_234;
        long refused = 0;
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, listener) =>
            {
                if (instrument.Name == "flyball.metrics.refused") listener.EnableMeasurementEvents(instrument);
            },
        };
        listener.SetMeasurementEventCallback<long>((_, value, tags, _) =>
        {
            foreach ((string name, object? reason) in tags)
                if (name == "reason" && reason is nameof(SampleRefusal.TooOld)) Interlocked.Add(ref refused, value);
        });
        listener.Start();
        await using var harness = new StoreHarness();
        await harness.AppendAsync(Up, Now, 1);
        await harness.AppendAsync(
            batch =>
            {
                batch.BeginSeries(Up);
                for (int sample = 0; sample < Count; sample++) batch.Add(Now - 86_400_000 + sample, 2);
            },
            Now);

        // Tests beside this one may be refused a sample or two, too.
        Assert.InRange(refused, Count, Count + 100);
    }

    [Fact]
    public async Task Append_StaleMarkerTwice_IsNoDuplicate()
    {
        await using var harness = new StoreHarness();
        await harness.AppendAsync(Up, Now, SpecialValues.StaleNaN);
        await harness.AppendAsync(Up, Now, SpecialValues.StaleNaN);
        Assert.Equal(0, harness.Report.Refused);
    }

    [Theory]
    [InlineData(30, 29, nameof(SampleRefusal.None))]
    [InlineData(30, 31, nameof(SampleRefusal.TooOld))]
    [InlineData(0, 1, nameof(SampleRefusal.OutOfOrder))]
    public async Task Append_LateSample_IsJudgedByTheWindow(int windowMinutes, int lateMinutes, string expected)
    {
        await using var harness = new StoreHarness(
            change: options => options with { OutOfOrderWindow = TimeSpan.FromMinutes(windowMinutes) });
        await harness.AppendAsync(Up, Now, 1);
        await harness.AppendAsync(Up, Now - (lateMinutes * 60_000L), 2);
        Assert.Equal(expected, harness.Report.FirstRefusal.ToString());
        int stored = harness.Read()[Up.ToString()].Count;
        Assert.Equal(expected == nameof(SampleRefusal.None) ? 2 : 1, stored);
    }

    [Fact]
    public async Task Append_FarInTheFuture_IsRefusedAndAgesNobody()
    {
        await using var harness = new StoreHarness();
        await harness.AppendAsync(Up, Now, 1);
        await harness.AppendAsync(
            batch =>
            {
                batch.BeginSeries(StoreHarness.Series("wrong_clock"));
                batch.Add(Now + 660_000, 1);
                batch.BeginSeries(Up);
                batch.Add(Now + 1, 2);
            },
            Now);
        Assert.Equal(1, harness.Report[SampleRefusal.TooFarInFuture]);
        Assert.EndsWith("is more than 00:10:00 ahead of this machine's clock)", harness.Report.FirstReason);
        Assert.Equal(1, harness.Report.Accepted);
    }

    [Fact]
    public async Task Append_OlderThanRetention_IsTooOld()
    {
        await using var harness = new StoreHarness();
        await harness.AppendAsync(Up, Now - (16L * 86_400_000), 1);
        Assert.Equal(SampleRefusal.TooOld, harness.Report.FirstRefusal);
        Assert.EndsWith("the retention of 15.00:00:00 allows)", harness.Report.FirstReason);
    }

    [Fact]
    public async Task Append_BeyondTheSeriesLimits_IsRefusedByName()
    {
        await using var harness =
            new StoreHarness(change: options => options with { SeriesMax = 5, SeriesPerJobMax = 2 });
        await harness.AppendAsync(
            batch =>
            {
                for (int series = 0; series < 3; series++)
                {
                    batch.BeginSeries(Labels.Of(("__name__", $"m{series}"), ("job", "api")));
                    batch.Add(Now, 1);
                }
            },
            Now);
        Assert.Equal(1, harness.Report[SampleRefusal.JobSeriesLimit]);
        Assert.Equal("JobSeriesLimit (at most 2 series of a job)", harness.Report.FirstReason);
        for (int series = 0; series < 4; series++)
            await harness.AppendAsync(StoreHarness.Series($"other{series}"), Now, 1);
        Assert.Equal(SampleRefusal.SeriesLimit, harness.Report.FirstRefusal);
        // Known series go on.
        await harness.AppendAsync(StoreHarness.Series("other0"), Now + 1, 1);
        Assert.Equal(1, harness.Report.Accepted);
    }

    [Fact]
    public async Task Append_TenantBeyondItsLimit_IsRefusedAndOthersAreNot()
    {
        await using var harness = new StoreHarness(change: options => options with { SeriesPerTenantMax = 1 });
        var batch = new SampleBatch();
        foreach ((string tenant, string name, SampleRefusal expected) in new[]
        {
            ("red", "a", SampleRefusal.None), ("red", "b", SampleRefusal.TenantSeriesLimit),
                ("blue", "b", SampleRefusal.None),
        })
        {
            batch.Clear(LabelForm.Plain, tenant);
            batch.BeginSeries(StoreHarness.Series(name));
            batch.Add(Now, 1);
            await harness.Store.AppendAsync(batch, harness.Report);
            Assert.Equal(expected, harness.Report.FirstRefusal);
        }
    }

    public static TheoryData<string, string> LabelBombs() => new()
    {
        { "many", nameof(SampleRefusal.TooManyLabels) },
        { "name", nameof(SampleRefusal.LabelNameTooLong) },
        { "value", nameof(SampleRefusal.LabelValueTooLong) },
        { "repeated", nameof(SampleRefusal.RepeatedLabelName) },
        { "nameless", nameof(SampleRefusal.NoMetricName) },
        { "binary", nameof(SampleRefusal.MalformedLabels) },
        { "cut", nameof(SampleRefusal.MalformedLabels) },
    };

    [Theory]
    [MemberData(nameof(LabelBombs))]
    public async Task Append_BadLabels_AreRefusedWithTheReasonAndLeaveNoTrace(string kind, string expected)
    {
        await using var harness = new StoreHarness();
        await harness.AppendAsync(batch => WriteBomb(batch, kind), Now);
        Assert.Equal(expected, harness.Report.FirstRefusal.ToString());
        Assert.Equal(0, harness.Report.FirstRefusedSeries);
        Assert.Equal(0, harness.Store.Parts.Head.Series.Count);
        Assert.Equal(0, harness.Store.Parts.Head.Series.Pairs.Symbols.Count);
    }

    [Fact]
    public async Task Append_LabelsInAnyOrderAndWithEmptyOnes_AreTheSameSeries()
    {
        await using var harness = new StoreHarness();
        await harness.AppendAsync(Labels.Of(("__name__", "m"), ("b", "2"), ("c", "3")), Now, 1);
        await harness.AppendAsync(
            batch =>
            {
                foreach (string text in (string[])["c", "3", "a", "", "b", "2", "__name__", "m"]) batch.Text.Text(text);
                batch.BeginSeries(0, batch.Text.Length);
                batch.Add(Now + 1, 2);
            },
            Now + 1);
        Assert.Equal(1, harness.Store.Parts.Head.Series.Count);
        Assert.Equal([(Now, 1.0), (Now + 1, 2.0)], Assert.Single(harness.Read()).Value);
    }

    private static void WriteBomb(SampleBatch batch, string kind)
    {
        if (kind != "nameless")
        {
            batch.Text.Text("__name__");
            batch.Text.Text("m");
        }

        switch (kind)
        {
            case "many":
                for (int label = 0; label < 100_000; label++)
                {
                    batch.Text.Text($"l{label:D6}");
                    batch.Text.Text("v");
                }

                break;
            case "binary":
                batch.Text.Text("l");
                batch.Text.Sized([0xFF, 0xFE]);
                break;
            case "cut":
                batch.Text.VarUInt(200);
                break;
            default:
                batch.Text.Text(kind == "name" ? new string('n', 300) : kind == "repeated" ? "__name__" : "l");
                batch.Text.Text(kind == "value" ? new string('v', 5000) : "v");
                break;
        }

        batch.BeginSeries(0, batch.Text.Length);
        batch.Add(Now, 1);
    }
}
