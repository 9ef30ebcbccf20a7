using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Flyball.Cli.Connecting;
using Flyball.Cli.Output;

namespace Flyball.Cli.Commands;

/// <summary><c>nodes</c>, <c>endpoints</c> and <c>sources</c>: plain lists.</summary>
internal static class CatalogueCommands
{
    public static Command Nodes() =>
        new ClientCommand("nodes", "Lists the machines and what they can run.", "flyball nodes")
            .Runs(async (_, client, printer, cancellation) =>
            {
                using JsonDocument answer = await client.GetAsync("/nodes", cancellation);
                printer.Table(
                    answer.RootElement,
                    ["node", "host", "state", "cpus", "memory", "drivers", "labels", "agent"],
                    answer.RootElement.Items().Select(row => new[]
                    {
                        Words.ShortId(row.Text("id")),
                        row.Text("hostname") ?? "-",
                        Words.State(row.Text("state")),
                        row.Real("cpuCores")?.ToString("0.#", CultureInfo.InvariantCulture) ?? "-",
                        Words.Bytes(row.Number("memoryBytes")),
                        string.Join(", ", row.Items("drivers").Where(driver => driver.Flag("healthy"))
                            .Select(driver => driver.Text("name"))),
                        Labels(row),
                        row.Text("agentVersion") ?? "-",
                    }),
                    "No node has joined.");
                return ExitCodes.Ok;
            });

    public static Command Endpoints()
    {
        var service = new Argument<string?>("SERVICE")
            { Description = "Only this service.", Arity = ArgumentArity.ZeroOrOne };
        return new ClientCommand(
            "endpoints", "Lists the catalogue: every address that serves.", "flyball endpoints shop.web") { service }
            .Runs(async (parsed, client, printer, cancellation) =>
            {
                string query = parsed.GetValue(service) is { } only ? "?service=" + Uri.EscapeDataString(only) : "";
                using JsonDocument answer = await client.GetAsync("/endpoints" + query, cancellation);
                printer.Table(
                    answer.RootElement,
                    ["service", "port", "address", "health", "version", "allocation", "node"],
                    answer.RootElement.Items().Select(row => new[]
                    {
                        row.Text("service") ?? "-",
                        row.Text("port") ?? "-",
                        $"{row.Text("address")}:{row.Text("portNumber")}",
                        row.Flag("draining") ? "draining" : Words.State(row.Text("health")),
                        row.Text("version") ?? "-",
                        Words.ShortId(row.Text("allocation")),
                        Words.ShortId(row.Text("node")),
                    }),
                    "No endpoints.");
                return ExitCodes.Ok;
            });
    }

    public static Command Sources() =>
        new ClientCommand(
            "sources", "Lists where else services are registered, and how those sources are.", "flyball sources")
            .Runs(async (_, client, printer, cancellation) =>
            {
                using JsonDocument answer = await client.GetAsync("/sources", cancellation);
                printer.Table(
                    answer.RootElement,
                    ["source", "address", "state", "services", "endpoints", "confirming", "unreadable", "problem"],
                    answer.RootElement.Items().Select(row => new[]
                    {
                        row.Text("name") ?? "-",
                        row.Text("address") ?? "-",
                        Words.State(row.Text("state")),
                        row.Text("services") ?? "-",
                        row.Text("endpoints") ?? "-",
                        row.Text("confirming") ?? "-",
                        row.Text("unreadable") ?? "-",
                        row.Text("problem") is { Length: > 0 } problem ? problem : "-",
                    }),
                    "No sources. They are set by --discovery-sources.");
                return ExitCodes.Ok;
            });

    private static string Labels(JsonElement row) =>
        row.TryGetProperty("labels", out JsonElement labels) && labels.ValueKind == JsonValueKind.Object
            && labels.EnumerateObject().Any()
            ? string.Join(", ", labels.EnumerateObject().Select(label => $"{label.Name}={label.Value}"))
            : "-";
}
