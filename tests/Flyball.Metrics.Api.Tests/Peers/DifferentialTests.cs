using System.Text.RegularExpressions;
using CsCheck;
using Flyball.Metrics.Model;
using Flyball.Metrics.PromQl;
using Flyball.Metrics.PromQl.Parsing;
using Flyball.Metrics.Tests.PromQl;

namespace Flyball.Metrics.Api.Tests.Peers;

/// <summary>
/// The same samples are written to Flyball and to a real Prometheus 3, the same generated queries are asked, and the
/// answers are compared point by point.
/// </summary>
public sealed partial class DifferentialTests
{
    private static readonly int QueryCount = Environment.GetEnvironmentVariable("FLYBALL_LONG") == "1" ? 20_000 : 1_000;

    private const int SamplesPerSeries = Contest.Steps;
    private const long IntervalMs = Contest.IntervalMs;

    /// <summary>Fixed, so that a difference shows again.</summary>
    private const string Seed = "0N0XIzNsQ0O2";

    private static readonly string[] Names = ["foo", "bar:baz", "sum", "offset", "up", "start"];

    private static readonly (string A, string C, string X)[] Values =
        [("b", "x", "1"), ("b", "yes", ""), ("other", "z", "2"), ("", "", "3")];

    [Fact]
    public async Task Query_GeneratedExpressions_AnswersAreThoseOfPrometheus()
    {
        await using Contest contest = await Contest.StartAsync();
        await contest.SendAsync(Samples(contest.StartMs));
        string[] queries = QueryGenerator.Vector(2)
            .Where(query => ExprParser.Parse(query, PromQlFeatures.Stable).IsSuccess)
            .Where(query => !IsNewer(query) && !IsExcused(query))
            .Array[QueryCount].Single(_ => true, Seed);

        int nonEmpty = await contest.CompareAsync(queries, IsNewer);

        Assert.InRange(nonEmpty, QueryCount / 2, 2 * QueryCount);
    }

    /// <summary>The operators that trim histograms came after the Prometheus that Debian has.</summary>
    private static bool IsNewer(string query) =>
        query.Contains("</", StringComparison.Ordinal) || query.Contains(">/", StringComparison.Ordinal);

    /// <summary>
    /// Where Prometheus is wrong (it ignores the offset beside @ in timestamp, evaluates a quantile of what does not
    /// change but once, and takes logarithms of the smallest numbers roughly) and where ties are anybody's choice.
    /// </summary>
    private static bool IsExcused(string query) =>
        TimestampOfMoved().IsMatch(query) || (query.Contains('^') && query.Contains("log10("))
        || (query.Contains("quantile(") && query.Contains("vector("))
        || (query.Contains("count_values") && Selecting().IsMatch(query));

    [GeneratedRegex(@"timestamp\([^()]* offset [^()]*@")]
    private static partial Regex TimestampOfMoved();

    [GeneratedRegex("topk|bottomk|limitk")]
    private static partial Regex Selecting();

    /// <summary>
    /// Neither is what happens when the number of an aggregation such as topk is NaN, or infinite and there is nothing
    /// to choose from; nor that a range may have series that become the same when they are not there at the same time.
    /// </summary>
    private static bool IsNewer(Answer one, Answer other) =>
        other.Error.Contains("overflows int64", StringComparison.Ordinal)
        || one.Error.Contains("the same labelset", StringComparison.Ordinal)
        || (one.Error + other.Error).Contains("value is NaN", StringComparison.Ordinal)
        || one.Error.Contains("Scalar value NaN", StringComparison.Ordinal);

    /// <summary>
    /// Counters with resets, gauges, constants, gaps and ends, with the labels that the queries ask for.
    /// </summary>
    private static RemoteWriteMessage Samples(long startMs)
    {
        var random = new Random(7);
        var message = new RemoteWriteMessage();
        int number = 0;
        foreach (string name in Names)
        {
            foreach ((string a, string c, string x) in Values)
            {
                Labels labels = Labels.Of(
                    ("__name__", name), ("a", a), ("c", c), ("x", x), ("job", number % 3 == 0 ? "api" : "web"),
                    ("b", $"value{number % 2}"));
                message.Add(
                    labels.Items.ToArray().Select(label => (label.Name, label.Value)),
                    Column(random, number++, startMs));
            }
        }

        return message;
    }

    private static IEnumerable<(long AtMs, double Value)> Column(Random random, int number, long startMs)
    {
        double value = random.Next(100);
        for (int index = 0; index < SamplesPerSeries; index++)
        {
            long at = startMs + (index * IntervalMs);
            switch (number % 6)
            {
                case 0: value = random.Next(60) == 0 ? 0 : value + random.Next(20); break;
                case 1: value = Math.Round(random.NextDouble() * 1000, 3) - 300; break;
                case 2: value += random.NextDouble(); break;
                case 3 when index is > 80 and < 130: continue;
                case 4 when index == 150: yield return (at, SpecialValues.StaleNaN); continue;
                case 4 when index is > 150 and < 200: continue;
                case 5 when index % 100 == 49: yield return (at, double.PositiveInfinity); continue;
                case 5 when index % 100 == 99: yield return (at, double.NaN); continue;
            }

            // No two series have the same value, or it would be anybody's choice which of them is at the top.
            yield return (at, value + (number * 0.001));
        }
    }
}
