using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Flyball.Cli.Connecting;
using Flyball.Cli.Output;
using Spectre.Console;

namespace Flyball.Cli.Commands;

/// <summary><c>flyball top</c>: what allocations use now, live.</summary>
internal static class TopCommand
{
    private static readonly string[] Headers =
        ["workload", "index", "cpu", "memory", "limit", "processes", "state", "node"];

    public static Command Create()
    {
        var once = new Option<bool>("--once") { Description = "Show one picture and end." };
        return new ClientCommand("top", "Shows what allocations use, live; the busiest first.", "flyball top") { once }
            .Runs(async (parsed, client, printer, cancellation) =>
            {
                if (printer.AsJson || parsed.GetValue(once) || Console.IsOutputRedirected)
                {
                    using JsonDocument usage = await client.GetAsync("/usage", cancellation);
                    printer.Table(usage.RootElement, Headers, await RowsAsync(client, cancellation), "Nothing runs.");
                    return ExitCodes.Ok;
                }

                await AnsiConsole.Live(new Text("…")).StartAsync(async live =>
                {
                    while (!cancellation.IsCancellationRequested)
                    {
                        live.UpdateTarget(Printer.Build(Headers, await RowsAsync(client, cancellation)));
                        await Task.Delay(TimeSpan.FromSeconds(1), TimeProvider.System, cancellation);
                    }
                });
                return ExitCodes.Ok;
            });
    }

    private static async Task<List<string[]>> RowsAsync(ApiClient client, CancellationToken cancellation)
    {
        using JsonDocument usage = await client.GetAsync("/usage", cancellation);
        using JsonDocument allocations = await client.GetAsync("/allocations", cancellation);
        Dictionary<string, JsonElement> used = usage.RootElement.Items()
            .ToDictionary(row => row.Text("allocation")!, StringComparer.Ordinal);
        return
        [
            .. allocations.RootElement.Items()
                .OrderByDescending(row => used.TryGetValue(row.Text("id")!, out JsonElement now) ? now.Real("cpuCores")
                    ?? 0 : -1)
                .Select(row => Row(row, used.GetValueOrDefault(row.Text("id")!))),
        ];
    }

    private static string[] Row(JsonElement row, JsonElement used)
    {
        JsonElement status = row.TryGetProperty("status", out JsonElement found) ? found : default;
        return
        [
            row.Text("workload") ?? "-",
            row.Text("index") ?? "-",
            used.Real("cpuCores") is { } cores ? string.Create(CultureInfo.InvariantCulture, $"{cores * 100:0.0} %")
                : "-",
            Words.Bytes(used.Number("memoryBytes")),
            used.Number("memoryLimitBytes") is { } limit and > 0 ? Words.Bytes(limit) : "-",
            used.Text("pids") ?? "-",
            Words.State(status.Text("phase") ?? "pending"),
            Words.ShortId(row.Text("node")),
        ];
    }
}
