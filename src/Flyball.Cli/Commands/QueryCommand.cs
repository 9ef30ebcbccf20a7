using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Flyball.Cli.Connecting;
using Flyball.Cli.Output;

namespace Flyball.Cli.Commands;

/// <summary><c>flyball query</c>: PromQL at one time, or over a range.</summary>
internal static class QueryCommand
{
    private const string Root = "/api/v1/";

    /// <summary>Columns of a range in a table at most; the server's JSON has all of them.</summary>
    private const int ColumnsMax = 12;

    public static Command Create()
    {
        var expression = new Argument<string>("EXPRESSION") { Description = "A PromQL expression." };
        var time = new Option<string?>("--time")
        {
            Description = "When: RFC 3339, Unix seconds, or an age such as 5m. [default: now]",
        };
        var range = new Option<string?>("--range") { Description = "Show this long until then: 1h, 7d." };
        var step = new Option<string?>(
            "--step") { Description = "From one value to the next, with --range. [default: a 60th of it]" };
        return new ClientCommand(
            "query", "Asks the metrics with PromQL.",
                "flyball query 'sum by (job) (rate(http_requests_total[5m]))' --range 1h")
            { expression, time, range, step }
            .Runs(async (parsed, client, printer, cancellation) =>
            {
                string end = End(parsed.GetValue(time));
                using JsonDocument answer = parsed.GetValue(range) is { } width
                    ? await RangeAsync(
                        client, parsed.GetValue(expression)!, end, width, parsed.GetValue(step), cancellation)
                    : await client.PostFormAsync(
                        Root + "query", [new("query", parsed.GetValue(expression)!), new("time", end)], cancellation);
                Print(answer.RootElement, printer);
                return ExitCodes.Ok;
            });
    }

    private static Task<JsonDocument> RangeAsync(
        ApiClient client, string expression, string end, string range, string? step, CancellationToken cancellation)
    {
        TimeSpan width = Durations.Parse(range, "--range");
        TimeSpan between = step is null
            ? TimeSpan.FromSeconds(Math.Max(1, Math.Round(width.TotalSeconds / 60)))
            : Durations.Parse(step, "--step");
        double endSeconds = double.TryParse(end, NumberStyles.Float, CultureInfo.InvariantCulture, out double unix)
            ? unix
            : ParseDate(end).ToUnixTimeMilliseconds() / 1000.0;
        return client.PostFormAsync(
            Root + "query_range",
            [
                new("query", expression),
                new("start", Seconds(endSeconds - width.TotalSeconds)),
                new("end", Seconds(endSeconds)),
                new("step", Seconds(between.TotalSeconds)),
            ],
            cancellation);
    }

    /// <summary>What the server takes for a time.</summary>
    private static string End(string? time)
    {
        if (time is null) return Seconds(TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds() / 1000.0);
        bool isAge = time.Length > 1 && char.IsAsciiDigit(time[0]) && time[^1] is 's' or 'm' or 'h' or 'd';
        return isAge ? Seconds(Durations.Ago(time, "--time") / 1000.0) : time;
    }

    private static DateTimeOffset ParseDate(string time) =>
        DateTimeOffset.TryParse(
            time, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out DateTimeOffset date)
            ? date
            : throw new CommandFailure($"--time: '{time}' is no time.", ExitCodes.Usage);

    private static string Seconds(double seconds) => seconds.ToString("0.###", CultureInfo.InvariantCulture);

    private static void Print(JsonElement answer, Printer printer)
    {
        foreach (JsonElement note in answer.Items("warnings").Concat(answer.Items("infos")))
            Console.Error.WriteLine(note.GetString());
        JsonElement data = answer.GetProperty("data");
        JsonElement result = data.GetProperty("result");
        switch (data.Text("resultType"))
        {
            case "matrix":
                PrintMatrix(data, result, printer);
                break;
            case "vector":
                printer.Table(
                    data, ["series", "value"],
                    result.EnumerateArray().Select(row => new[] { Series(row.GetProperty("metric")), Value(row) }),
                    "No series.");
                break;
            default:
                printer.Table(data, ["value"], [[result[1].GetString()!]], "");
                break;
        }
    }

    private static void PrintMatrix(JsonElement data, JsonElement result, Printer printer)
    {
        double[] all = [.. result.EnumerateArray()
            .SelectMany(row => row.Items("values").Concat(row.Items("histograms")))
            .Select(point => point[0].GetDouble()).Distinct().Order()];
        // The newest say most; a terminal has no room for all.
        double[] shown = all.Length > ColumnsMax ? all[^ColumnsMax..] : all;
        if (!printer.AsJson && shown.Length < all.Length)
            Console.Error.WriteLine($"The last {shown.Length} of {all.Length} times; -o json shows all.");
        printer.Table(
            data,
            ["series", .. shown.Select(time => Words.Time((long)(time * 1000))[^8..])],
            result.EnumerateArray().Select(row => Row(row, shown)),
            "No series.");
    }

    private static string[] Row(JsonElement row, double[] times)
    {
        Dictionary<double, string> values = row.Items("values").ToDictionary(
            point => point[0].GetDouble(), point => point[1].GetString()!);
        foreach (JsonElement point in row.Items("histograms")) values[point[0].GetDouble()] = Histogram(point[1]);
        return [Series(row.GetProperty("metric")), .. times.Select(time => values.GetValueOrDefault(time, "-"))];
    }

    private static string Value(JsonElement row) => row.TryGetProperty("histogram", out JsonElement histogram)
        ? Histogram(histogram[1])
        : row.GetProperty("value")[1].GetString()!;

    private static string Histogram(JsonElement histogram) =>
        $"count {histogram.Text("count")}, sum {histogram.Text("sum")}";

    /// <summary><c>name{label="value"}</c></summary>
    private static string Series(JsonElement metric)
    {
        string labels = string.Join(", ", metric.EnumerateObject()
            .Where(label => label.Name != "__name__")
            .Select(label => $"{label.Name}={label.Value.GetRawText()}"));
        string name = metric.Text("__name__") ?? "";
        return labels.Length == 0 && name.Length > 0 ? name : $"{name}{{{labels}}}";
    }
}
