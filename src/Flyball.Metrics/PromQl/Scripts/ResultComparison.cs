using System.Globalization;
using System.Text;
using Flyball.Metrics.Model;
using Flyball.Metrics.Model.Histograms;
using Flyball.Metrics.PromQl.Evaluation;
using Flyball.Metrics.PromQl.Syntax;

namespace Flyball.Metrics.PromQl.Scripts;

/// <summary>Says how a result differs from what a command expects; null when it does not.</summary>
internal static class ResultComparison
{
    public static string? Compare(EvalCommand command, QueryResult result) => result.Type switch
    {
        ExprType.String => command.Text == result.Text
            ? null
            : $"expected string {Show(command.Text)}, got {Show(result.Text)}",
        ExprType.Scalar => CompareScalar(command, result.Series[0].Samples[0].Value),
        ExprType.Vector => CompareVector(command, result.Series),
        _ => CompareMatrix(command, result.Series),
    };

    public static string? CompareScalar(EvalCommand command, double actual)
    {
        if (command.Scalar is not { } expected) return $"expected series, got scalar {GoNumber.Short(actual)}";
        return Closeness.AreClose(expected, actual)
            ? null
            : $"expected scalar {GoNumber.Short(expected)}, got {GoNumber.Short(actual)}";
    }

    public static string? CompareVector(EvalCommand command, IReadOnlyList<ResultSeries> actual, bool checkOrder = true)
    {
        if (command.Scalar is not null) return $"expected a scalar, got {Describe(actual)}";
        for (int i = 0; i < actual.Count; i++)
        {
            Labels labels = actual[i].Labels;
            Sample sample = actual[i].Samples[0];
            if (!command.Series.TryGetValue(labels, out ExpectedSeries? expected))
                return $"unexpected series {labels} {Show(sample)}";
            if (checkOrder && command.IsOrdered && expected.Position != i)
                return $"expected {labels} at position {expected.Position + 1}, got it at {i + 1}";
            ScriptValue value = expected.Values[0];
            if (!Matches(value, sample)) return $"expected {labels} {Show(value)}, got {Show(sample)}";
        }

        return FindMissing(command, actual);
    }

    private static string? CompareMatrix(EvalCommand command, IReadOnlyList<ResultSeries> actual)
    {
        if (command.Scalar is not null) return $"expected a scalar, got {Describe(actual)}";
        if (command.IsOrdered) return "expected ordered result, but query returned a matrix";
        QueryTimes times = command.RangeTimes ?? command.Times;
        for (int i = 1; i < actual.Count; i++)
        {
            if (actual[i - 1].Labels.CompareTo(actual[i].Labels) > 0)
                return $"series are not sorted: {actual[i - 1].Labels} before {actual[i].Labels}";
        }

        foreach (ResultSeries series in actual)
        {
            if (!command.Series.TryGetValue(series.Labels, out ExpectedSeries? expected))
                return $"unexpected series {Describe([series])}";
            if (CompareSeries(expected, series, times) is { } difference)
                return $"{series.Labels}: {difference}; got {Describe([series])}";
        }

        return FindMissing(command, actual);
    }

    private static string? CompareSeries(ExpectedSeries expected, ResultSeries actual, QueryTimes times)
    {
        int at = 0;
        for (int i = 0; i < expected.Values.Count; i++)
        {
            ScriptValue value = expected.Values[i];
            if (value.IsOmitted) continue;
            long time = times.StartMs + (i * times.StepMs);
            if (time > times.EndMs) return "more points expected than the range has";
            if (at >= actual.TimesMs.Length || actual.TimesMs[at] != time)
                return $"expected {Show(value)} at {time} ms, got no sample there";
            if (!Matches(value, actual.Samples[at]))
                return $"expected {Show(value)} at {time} ms, got {Show(actual.Samples[at])}";
            at++;
        }

        return at < actual.TimesMs.Length ? $"unexpected sample at {actual.TimesMs[at]} ms" : null;
    }

    private static string? FindMissing(EvalCommand command, IReadOnlyList<ResultSeries> actual)
    {
        var found = actual.Select(series => series.Labels).ToHashSet();
        foreach ((Labels labels, ExpectedSeries expected) in command.Series)
        {
            if (!found.Contains(labels)) return $"expected {labels} {Show(expected.Values[0])}, got no such series";
        }

        return null;
    }

    private static bool Matches(ScriptValue expected, Sample actual)
    {
        if (expected.Histogram is not null && actual.Histogram is not null)
            return Closeness.AreClose(expected.Histogram, actual.Histogram, expected.HasHint);
        return expected.Histogram is null && actual.Histogram is null
            && Closeness.AreClose(expected.Value, actual.Value);
    }

    private static string Show(string? text) => text is null ? "nothing" : Quoting.Quote(text);

    private static string Show(Sample sample) =>
        sample.Histogram is null ? GoNumber.Short(sample.Value) : HistogramText.ToScript(sample.Histogram);

    private static string Show(ScriptValue value) =>
        value.Histogram is null ? GoNumber.Short(value.Value) : HistogramText.ToScript(value.Histogram);

    private static string Describe(IReadOnlyList<ResultSeries> series)
    {
        var text = new StringBuilder();
        foreach (ResultSeries one in series)
        {
            text.Append(CultureInfo.InvariantCulture, $"{one.Labels}");
            for (int i = 0; i < one.TimesMs.Length; i++)
                text.Append(CultureInfo.InvariantCulture, $" {Show(one.Samples[i])}@{one.TimesMs[i]}");
            text.Append(' ');
        }

        return text.ToString().TrimEnd();
    }
}
