using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Flyball.Cli.Commands;
using Flyball.Contracts.Metrics;

namespace Flyball.Cli.Connecting;

/// <summary>The metrics of the server that a command's options name, asked over its HTTP API.</summary>
public sealed class ApiMetrics : IMetricQuery, IDisposable
{
    private const string Root = "/api/v1/";

    private readonly ApiClient client;

    private ApiMetrics(ApiClient client) => this.client = client;

    /// <summary>Address, token and data directory, as every command that asks a server takes them.</summary>
    public static IReadOnlyList<Option> Options =>
        [ClientCommand.ApiOption, ClientCommand.TokenOption, ClientCommand.DataOption];

    /// <summary>For a command that has <see cref="Options"/>.</summary>
    public static ApiMetrics Open(ParseResult parsed) => new(new ApiClient(ClientContext.Find(
        parsed.GetValue(ClientCommand.ApiOption), parsed.GetValue(ClientCommand.TokenOption),
        parsed.GetValue(ClientCommand.DataOption))));

    /// <summary>Evaluates at one time. A refusal ends the command, as with every command that asks a server.</summary>
    public async ValueTask<MetricAnswer> InstantAsync(
        string expression, long atUnixMs, TimeSpan? lookBack, CancellationToken cancellation)
    {
        using JsonDocument answer = await client.PostFormAsync(
            Root + "query", [new("query", expression), new("time", Seconds(atUnixMs)), .. LookBack(lookBack)],
            cancellation);
        return Read(answer.RootElement, atUnixMs, 0, 1, row => [row.GetProperty("value")]);
    }

    /// <summary>Evaluates at each step. A refusal ends the command, as with every command that asks a server.</summary>
    public async ValueTask<MetricAnswer> RangeAsync(
        string expression, long startUnixMs, long endUnixMs, TimeSpan step, TimeSpan? lookBack,
        CancellationToken cancellation)
    {
        var stepMs = (long)step.TotalMilliseconds;
        using JsonDocument answer = await client.PostFormAsync(
            Root + "query_range",
            [
                new("query", expression), new("start", Seconds(startUnixMs)), new("end", Seconds(endUnixMs)),
                new("step", Seconds(stepMs)), .. LookBack(lookBack),
            ],
            cancellation);
        int count = (int)((endUnixMs - startUnixMs) / stepMs) + 1;
        return Read(answer.RootElement, startUnixMs, stepMs, count, row => row.Items("values"));
    }

    public void Dispose() => client.Dispose();

    private static MetricAnswer Read(
        JsonElement answer, long startUnixMs, long stepMs, int stepCount,
        Func<JsonElement, IEnumerable<JsonElement>> points)
    {
        JsonElement data = answer.GetProperty("data");
        if (data.Text("resultType") is not ("matrix" or "vector"))
            return new MetricAnswer
            {
                Failure = MetricQueryFailure.BadQuery, Error = "the expression gives a number, not series",
            };
        JsonElement[] rows = [.. data.GetProperty("result").EnumerateArray()];
        var labels = new IReadOnlyList<MetricLabel>[rows.Length];
        double[] values = new double[rows.Length * stepCount];
        Array.Fill(values, MetricMatrix.Absent);
        for (int row = 0; row < rows.Length; row++)
        {
            labels[row] = [.. rows[row].GetProperty("metric").EnumerateObject()
                .Select(label => new MetricLabel(label.Name, label.Value.GetString()!))
                .OrderBy(label => label.Name, StringComparer.Ordinal)];
            foreach (JsonElement point in points(rows[row]))
            {
                long atMs = (long)Math.Round(point[0].GetDouble() * 1000);
                int step = stepMs == 0 ? 0 : (int)((atMs - startUnixMs) / stepMs);
                if (step >= 0 && step < stepCount) values[row * stepCount + step] = Number(point[1].GetString()!);
            }
        }

        return new MetricAnswer { Matrix = new MetricMatrix(startUnixMs, stepMs, stepCount, labels, values) };
    }

    private static double Number(string text) => text switch
    {
        "+Inf" => double.PositiveInfinity,
        "-Inf" => double.NegativeInfinity,
        _ => double.Parse(text, CultureInfo.InvariantCulture),
    };

    private static IEnumerable<KeyValuePair<string, string>> LookBack(TimeSpan? lookBack) => lookBack is { } given
        ? [new("lookback_delta", Seconds((long)given.TotalMilliseconds))]
        : [];

    private static string Seconds(long milliseconds) =>
        (milliseconds / 1000.0).ToString("0.###", CultureInfo.InvariantCulture);
}
