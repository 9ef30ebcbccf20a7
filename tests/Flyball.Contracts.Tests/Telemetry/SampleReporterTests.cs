using Flyball.Contracts.Metrics;
using Flyball.Contracts.Telemetry.Reporting;
using Microsoft.Extensions.Logging.Abstractions;

namespace Flyball.Contracts.Tests.Telemetry;

/// <summary>Measuring again and again, and marking what has ended.</summary>
public sealed class SampleReporterTests
{
    [Fact]
    public async Task Report_ASeriesThatIsGone_IsMarkedAsEndedOnce()
    {
        var source = new Source(["a", "b"], ["b"], ["b"]);
        List<string> told = await RunAsync(source, _ => SinkOutcome.Stored, 3);

        Assert.Equal(["a=1 b=1", "b=1 a=ended", "b=1"], told);
    }

    [Fact]
    public async Task Report_WhenTheSinkIsNotReady_MeasuresAgainAndMarksNothingThatWasNeverStored()
    {
        var source = new Source(["a"], ["b"], ["b"]);
        List<string> told = await RunAsync(
            source, round => round == 0 ? SinkOutcome.Unavailable : SinkOutcome.Stored, 3);

        Assert.Equal(["a=1", "b=1", "b=1"], told);
    }

    private static async Task<List<string>> RunAsync(Source source, Func<int, SinkOutcome> outcome, int rounds)
    {
        using var ended = new CancellationTokenSource();
        var sink = new Sink(outcome, rounds, ended);
        var reporter = new SampleReporter(sink, TimeProvider.System, NullLogger<SampleReporter>.Instance);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => reporter.RunAsync(source, [], TimeSpan.FromMilliseconds(1), ended.Token));
        return sink.Told;
    }

    private sealed class Source(params string[][] rounds) : ISampleSource
    {
        private int round;

        public ValueTask CollectAsync(SampleWriter into, CancellationToken cancellation)
        {
            foreach (string name in rounds[round]) into.Add(name, 1);
            round++;
            return ValueTask.CompletedTask;
        }
    }

    private sealed class Sink(Func<int, SinkOutcome> outcome, int rounds, CancellationTokenSource ended) : ISampleSink
    {
        public List<string> Told { get; } = [];

        public ValueTask<SinkAnswer> WriteAsync(MetricBatch batch, CancellationToken cancellation)
        {
            var series = new List<string>();
            for (int i = 0; i < batch.SeriesCount; i++)
            {
                double value = batch.Samples(i)[0].Value;
                bool isEnd = BitConverter.DoubleToInt64Bits(value) == 0x7ff0000000000002;
                series.Add($"{batch.Labels(i)[0].Value}={(isEnd ? "ended" : value)}");
            }

            Told.Add(string.Join(' ', series));
            if (Told.Count == rounds) ended.Cancel();
            return new ValueTask<SinkAnswer>(new SinkAnswer(outcome(Told.Count - 1), batch.SampleCount, []));
        }
    }
}
