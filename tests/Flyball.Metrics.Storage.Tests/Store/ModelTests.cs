using Flyball.Metrics.Model;
using Flyball.Metrics.Storage.Tests.Faults;

namespace Flyball.Metrics.Storage.Tests.Store;

/// <summary>
/// The store against a dictionary, under random appends, restarts, crashes, full disks and maintenance. The rules of
/// the dictionary: what was answered as durable is there for good; what was answered as unavailable may be there or
/// not; no sample ever appears that was not sent.
/// </summary>
public sealed class ModelTests
{
    private const int StepMs = 15_000;

    public static TheoryData<int> Seeds() => [.. Enumerable.Range(1, 40)];

    [Theory]
    [MemberData(nameof(Seeds))]
    public async Task Store_UnderRandomFaults_KeepsWhatItAcknowledged(int seed)
    {
        var random = new Random(seed);
        var disk = new FaultyDisk(seed);
        await using var harness = new StoreHarness(disk, options => options with
        {
            BlockRange = TimeSpan.FromMinutes(20),
            BlockRangeMax = TimeSpan.FromHours(3),
            OutOfOrderWindow = TimeSpan.FromMinutes(5),
            WalSegmentBytes = 1 << 13,
            CheckpointBytes = 1 << 14,
            ChunkFileBytes = 1 << 16,
        });
        var model = new Model();
        List<(Labels Labels, long TimestampMs, double Value)>[] kept = [[], [], []];
        long nowMs = StoreHarness.StartMs;
        for (int step = 0; step < 600; step++)
        {
            nowMs += StepMs;
            await AppendRoundAsync(harness, model, random, nowMs);
            // A host that cannot reach the server brings what it kept, in order, when it can again.
            for (int host = 0; host < kept.Length; host++)
            {
                kept[host].Add((StoreHarness.Series("kept", $"h{host}"), nowMs, random.Next(1000)));
                if (random.Next(150) != 0) continue;
                await SendAsync(harness, model, kept[host], nowMs);
                // An answer that was lost has the newest sent again.
                long againMs = random.Next(4) > 0 ? nowMs : nowMs - 280_000;
                kept[host].RemoveAll(sample => sample.TimestampMs <= againMs);
            }

            switch (random.Next(40))
            {
                case 0:
                    await harness.RestartAsync();
                    break;
                case 1:
                    await harness.CrashAsync();
                    break;
                case < 6:
                    await MaintainAsync(harness);
                    break;
                case 6:
                    await FillDiskAsync(harness, model, random, nowMs);
                    break;
                case 7:
                    disk.FlushesUntilFailure = random.Next(1, 3);
                    break;
            }

            if (step % 100 == 99) model.Verify(harness.Read(), seed);
        }

        model.Verify(harness.Read(), seed);
        Assert.True(model.AcknowledgedCount > 5_000, $"Only {model.AcknowledgedCount} samples were acknowledged.");
    }

    private static async Task AppendRoundAsync(StoreHarness harness, Model model, Random random, long nowMs)
    {
        var sent = new List<(Labels Labels, long TimestampMs, double Value)>();
        for (int series = 0; series < 12; series++)
        {
            Labels labels = StoreHarness.Series($"m{series % 4}", $"i{series}");
            // Some series fall silent for a while and lose their place in the head.
            if (series > 8 && nowMs / 3_600_000 % 3 == series % 3) continue;
            double value = random.Next(10) == 0 ? random.NextDouble() : random.Next(0, 1000);
            if (random.Next(200) == 0) value = SpecialValues.StaleNaN;
            sent.Add((labels, nowMs + random.Next(-3, 4), value));
            if (random.Next(10) == 0) sent.Add((labels, nowMs - random.Next(1, 280_000), random.Next(1000)));
        }

        await SendAsync(harness, model, sent, nowMs);
    }

    private static async Task SendAsync(
        StoreHarness harness, Model model, List<(Labels Labels, long TimestampMs, double Value)> sent, long nowMs)
    {
        CommitOutcome outcome = await harness.AppendAsync(
            batch =>
            {
                batch.FillsGaps = true;
                foreach ((Labels labels, long timestampMs, double value) in sent)
                {
                    batch.BeginSeries(labels);
                    batch.Add(timestampMs, value);
                }
            },
            nowMs);
        // A duplicate is the only refusal that this test provokes; the first value stays then.
        Assert.Equal(harness.Report.Refused, harness.Report[SampleRefusal.DuplicateTimestamp]);
        foreach ((Labels labels, long timestampMs, double value) in sent)
            model.Add(labels, timestampMs, value, outcome == CommitOutcome.Durable);
    }

    private static async Task MaintainAsync(StoreHarness harness)
    {
        try
        {
            await harness.Store.MaintainAsync();
        }
        catch (IOException)
        {
            // A flush that was made to fail hit maintenance instead of the WAL.
        }
    }

    private static async Task FillDiskAsync(StoreHarness harness, Model model, Random random, long nowMs)
    {
        harness.Disk.CapacityBytes = random.Next(0, 100);
        await AppendRoundAsync(harness, model, random, nowMs + 5_000);
        await AppendRoundAsync(harness, model, random, nowMs + 5_001);
        await MaintainAsync(harness);
        model.Verify(harness.Read(), -1);
        harness.Disk.CapacityBytes = long.MaxValue;
    }

    /// <summary>What was sent at each time, and which of it must be there.</summary>
    private sealed class Model
    {
        private readonly Dictionary<string, SortedDictionary<long, (HashSet<long> Possible, bool IsCertain)>>
            _series = [];

        public int AcknowledgedCount => _series.Values.Sum(samples => samples.Values.Count(sample => sample.IsCertain));

        public void Add(Labels labels, long timestampMs, double value, bool isCertain)
        {
            string key = labels.ToString();
            if (!_series.TryGetValue(key, out var samples)) _series.Add(key, samples = []);
            if (!samples.TryGetValue(timestampMs, out var sample)) sample = ([], false);
            // After an acknowledged value no later one may take its place.
            if (!sample.IsCertain) sample.Possible.Add(BitConverter.DoubleToInt64Bits(value));
            samples[timestampMs] = (sample.Possible, sample.IsCertain || isCertain);
        }

        public void Verify(Dictionary<string, List<(long TimestampMs, double Value)>> stored, int seed)
        {
            foreach ((string labels, var samples) in _series)
            {
                var found = stored.GetValueOrDefault(labels, [])
                    .ToDictionary(sample => sample.TimestampMs, sample => sample.Value);
                foreach ((long timestampMs, (HashSet<long> possible, bool isCertain)) in samples)
                {
                    bool isThere = found.Remove(timestampMs, out double value);
                    Assert.True(isThere || !isCertain, $"seed {seed}: {labels} lost {timestampMs}");
                    Assert.True(
                        !isThere || possible.Contains(BitConverter.DoubleToInt64Bits(value)),
                        $"seed {seed}: {labels} has {value} at {timestampMs}, which was not sent or came too late");
                }

                Assert.True(found.Count == 0, $"seed {seed}: {labels} has {found.Count} samples that were never sent");
            }

            Assert.True(stored.Keys.All(_series.ContainsKey), $"seed {seed}: there are series that were never sent");
        }
    }
}
