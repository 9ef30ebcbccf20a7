using System.CommandLine;
using System.Globalization;
using Flyball.Metrics.Api.Requests;
using Flyball.Metrics.Model;
using Flyball.Metrics.Model.Histograms;
using Flyball.Metrics.PromQl.Parsing;
using Flyball.Metrics.Querying;
using Flyball.Metrics.Storage;

namespace Flyball.Metrics.Commands;

/// <summary><c>flyball tsdb dump</c> for people and scripts, <c>export</c> for other databases.</summary>
internal static class TsdbDumpCommands
{
    public static Command Dump() => Create(
        "dump", "Prints samples, one a line: labels, value, Unix milliseconds.", "flyball tsdb dump data --match 'up'",
        (_, _, all) => WriteDump(all, Console.Out));

    public static Command Export() => Create(
        "export", "Writes samples as OpenMetrics text, which Prometheus and Flyball import.",
        "flyball tsdb export data --match '{job=\"api\"}' > api.om",
        (store, range, all) => new OpenMetricsExport(store, range, Console.Out).Write([.. all]));

    private static Command Create(
        string name, string description, string example,
        Action<TimeSeriesStore, TimeRange, IEnumerable<ISeries>> write)
    {
        Argument<string> directory = TsdbCommands.DirectoryArgument();
        var match = new Option<string?>("--match") { Description = "Only series that this selector matches." };
        var from =
            new Option<string?>("--from") { Description = "Only samples from this time on: RFC 3339 or Unix seconds." };
        var to = new Option<string?>("--to") { Description = "Only samples up to this time." };
        var command = new Command(name, $"{description}\n\nExample:\n  {example}") { directory, match, from, to };
        command.SetAction((parsed, cancellation) =>
        {
            IReadOnlyList<LabelMatcher>? matchers = null;
            if (parsed.GetValue(match) is { } selector)
            {
                matchers = ExprParser.ParseSelector(selector, out string? error);
                if (matchers is null) return Refuse($"--match: {error}");
            }

            long? min = parsed.GetValue(from) is { } start ? ApiTimes.TryParseTime(start) : -ApiTimes.MaxMs;
            long? max = parsed.GetValue(to) is { } end ? ApiTimes.TryParseTime(end) : ApiTimes.MaxMs;
            if (min is null || max is null) return Refuse("--from and --to take RFC 3339 or Unix seconds.");
            var range = new TimeRange(min.Value, max.Value);
            return TsdbCommands.WithStoreAsync(parsed.GetValue(directory)!, store =>
            {
                using ISeriesSource source = store.Open(range.MinMs, range.MaxMs);
                write(store, range, TsdbReading.Select(source, range, matchers, cancellation));
                return OfflineFiles.Ok;
            });
        });
        return command;
    }

    private static Task<int> Refuse(string problem)
    {
        Console.Error.WriteLine(problem);
        return Task.FromResult(OfflineFiles.Usage);
    }

    private static void WriteDump(IEnumerable<ISeries> all, TextWriter output)
    {
        foreach (ISeries series in all)
        {
            string labels = series.Labels.ToString();
            ISampleIterator samples = series.Iterate();
            while (samples.Next() is var kind and not SampleKind.None)
            {
                string value = kind == SampleKind.Histogram
                    ? HistogramText.Describe(samples.Histogram)
                    : SpecialValues.IsStale(samples.Value) ? "stale" : GoNumber.Short(samples.Value);
                output.WriteLine(
                    string.Create(CultureInfo.InvariantCulture, $"{labels} {value} {samples.TimestampMs}"));
            }
        }
    }
}
