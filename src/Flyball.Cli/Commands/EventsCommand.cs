using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Flyball.Cli.Connecting;
using Flyball.Cli.Output;

namespace Flyball.Cli.Commands;

/// <summary><c>flyball events</c>: what happened, or with options what was decided and who changed what.</summary>
internal static class EventsCommand
{
    public static Command Create()
    {
        var workload = new Argument<string?>("WORKLOAD")
            { Description = "Only what concerns this workload.", Arity = ArgumentArity.ZeroOrOne };
        var limit = new Option<int>("--limit", "-n")
            { Description = "The newest so many.", DefaultValueFactory = _ => 50 };
        Option<string> table = new Option<string>("--table")
            { Description = "events, decisions or audit", DefaultValueFactory = _ => "events" };
        table.AcceptOnlyFromAmong("events", "decisions", "audit");
        return new ClientCommand("events", "Shows what happened, what was decided, or who changed what.",
            "flyball events --table decisions web")
            { workload, limit, table }
            .Runs(async (parsed, client, printer, cancellation) =>
            {
                string query = string.Create(
                    CultureInfo.InvariantCulture, $"?limit={parsed.GetValue(limit)}&newest=true");
                if (parsed.GetValue(workload) is { } only) query += "&workload=" + Uri.EscapeDataString(only);
                using JsonDocument answer = await client.GetAsync(
                    $"/journal/{parsed.GetValue(table)}{query}", cancellation);
                printer.Table(
                    answer.RootElement, ["time", "subject", "what", "message"],
                    answer.RootElement.Items().Select(Row), "Nothing yet.");
                return ExitCodes.Ok;
            });
    }

    private static string[] Row(JsonElement row)
    {
        JsonElement value = row.TryGetProperty("value", out JsonElement found) ? found : row;
        string subject = value.Text("workload") ?? value.Text("target") ?? row.Text("subject") ?? "-";
        return
        [
            Words.Time(row.Number("atUnixMs")),
            subject,
            value.Text("type") ?? value.Text("outcome") ?? value.Text("action") ?? "-",
            value.Text("message") ?? value.Text("reason")
                ?? $"{value.Text("action")} by {value.Text("identity")}: {value.Text("outcome")}{Detail(value)}",
        ];
    }

    private static string Detail(JsonElement value) =>
        value.Text("detail") is { Length: > 0 } detail ? $" ({detail})" : "";
}
