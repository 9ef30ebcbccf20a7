using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Flyball.Cli.Connecting;
using Flyball.Cli.Output;

namespace Flyball.Cli.Commands;

/// <summary><c>consumer usage</c>: who used which route how much, and when last.</summary>
internal static class ConsumerUsageCommand
{
    public static Command Create()
    {
        var consumer = new Argument<string?>("NAME")
            { Description = "The consumer; all when left out.", Arity = ArgumentArity.ZeroOrOne };
        var range = new Option<string>("--range")
            { Description = "How far back, such as 30m, 24h or 7d.", DefaultValueFactory = _ => "24h" };
        var service = new Option<string?>("--service") { Description = "Only of this one, as project.service." };
        return new ClientCommand(
            "usage", "Shows how much consumers used routes, as the gateways counted it.",
            "flyball consumer usage mobile-app --range 7d") { consumer, range, service }
            .Runs(async (parsed, client, printer, cancellation) =>
            {
                using JsonDocument answer = await client.GetAsync(
                    $"/consumers/usage?range={Escape(parsed.GetValue(range))}"
                    + $"&consumer={Escape(parsed.GetValue(consumer))}&workload={Escape(parsed.GetValue(service))}",
                    cancellation);
                printer.Table(
                    answer.RootElement,
                    ["consumer", "service", "route", "requests", "2xx", "4xx", "5xx", "received", "sent", "last seen"],
                    answer.RootElement.Items("rows").Select(Row),
                    $"No request of anybody who showed who they are in {parsed.GetValue(range)}.");
                return ExitCodes.Ok;
            });
    }

    private static string[] Row(JsonElement row)
    {
        JsonElement byStatus = row.GetProperty("byStatus");
        string Of(string status) => (byStatus.Number(status) ?? 0).ToString(CultureInfo.InvariantCulture);
        string seen = row.Text("lastSeen") is { } at
            ? Words.Time(DateTimeOffset.Parse(at, CultureInfo.InvariantCulture).ToUnixTimeMilliseconds()) : "-";
        return
        [
            row.Text("consumer") ?? "-", row.Text("workload") ?? "-", row.Text("route") ?? "-",
            row.Text("requests") ?? "0", Of("2xx"), Of("4xx"), Of("5xx"), Words.Bytes(row.Number("receivedBytes")),
            Words.Bytes(row.Number("sentBytes")), seen,
        ];
    }

    private static string Escape(string? text) => Uri.EscapeDataString(text ?? "");
}
