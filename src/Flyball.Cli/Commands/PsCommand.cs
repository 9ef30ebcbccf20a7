using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Flyball.Cli.Connecting;
using Flyball.Cli.Output;

namespace Flyball.Cli.Commands;

/// <summary><c>flyball ps</c>: workloads, and with <c>-a</c> their allocations.</summary>
internal static class PsCommand
{
    public static Command Create()
    {
        var project = new Argument<string?>("PROJECT")
            { Description = "Only this project.", Arity = ArgumentArity.ZeroOrOne };
        var allocations = new Option<bool>("--allocations", "-a")
            { Description = "One row an allocation instead of one a workload." };
        return new ClientCommand("ps", "Lists workloads, or their allocations.", "flyball ps -a")
            { project, allocations }
            .Runs(async (parsed, client, printer, cancellation) =>
            {
                string? only = parsed.GetValue(project);
                if (parsed.GetValue(allocations)) await AllocationsAsync(client, printer, only, cancellation);
                else await WorkloadsAsync(client, printer, only, cancellation);
                return ExitCodes.Ok;
            });
    }

    private static async Task WorkloadsAsync(
        ApiClient client, Printer printer, string? project, CancellationToken cancellation)
    {
        using JsonDocument answer = await ListAsync(client, "/workloads", project, cancellation);
        printer.Table(
            answer.RootElement,
            ["workload", "replicas", "healthy", "version", "rollout", "restarts", "runs"],
            answer.RootElement.Items()
                .Select(row => new[]
                {
                    row.Text("name") ?? "-",
                    row.Flag("stopped") ? "stopped" : row.Text("replicas") ?? "-",
                    string.Create(CultureInfo.InvariantCulture,
                        $"{row.Number("healthy") ?? 0}/{row.Number("replicas") ?? 0}"),
                    row.Text("version") ?? "-",
                    Words.State(row.Text("rollout")),
                    row.Text("restarts") ?? "0",
                    Shorten(row.Text("runs") ?? row.Text("image") ?? "-"),
                }),
            "No workloads. Try: flyball apply -f compose.yaml");
    }

    private static async Task AllocationsAsync(
        ApiClient client, Printer printer, string? project, CancellationToken cancellation)
    {
        using JsonDocument answer = await ListAsync(client, "/allocations", project, cancellation);
        long now = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds();
        printer.Table(
            answer.RootElement,
            ["allocation", "workload", "index", "version", "node", "state", "health", "age", "restarts", "address"],
            answer.RootElement.Items()
                .OrderBy(row => row.Text("workload"), StringComparer.Ordinal).ThenBy(row => row.Number("index"))
                .Select(row => AllocationRow(row, now)),
            "No allocations.");
    }

    private static async Task<JsonDocument> ListAsync(
        ApiClient client, string path, string? project, CancellationToken cancellation)
    {
        if (project is null) return await client.GetAsync(path, cancellation);
        JsonDocument answer = await client.GetAsync($"{path}?project={Uri.EscapeDataString(project)}", cancellation);
        if (answer.RootElement.GetArrayLength() > 0) return answer;
        using (answer)
            throw new CommandFailure($"There is nothing in a project '{project}'.", ExitCodes.NotFound);
    }

    private static string[] AllocationRow(JsonElement row, long now)
    {
        JsonElement status = row.TryGetProperty("status", out JsonElement found) ? found : default;
        string address = string.Join(
            ", ", status.Items("ports").Select(port => $"{port.Text("address")}:{port.Text("port")}"));
        return
        [
            Words.ShortId(row.Text("id")),
            row.Text("workload") ?? "-",
            row.Text("index") ?? "-",
            row.Text("version") ?? "-",
            Words.ShortId(row.Text("node")),
            status.Flag("crashLooping") ? "crash-looping" : Words.State(status.Text("phase") ?? "pending"),
            Words.State(status.Text("health")),
            Words.Age(status.Number("startedUnixMs"), now),
            status.Text("restarts") ?? "0",
            address.Length > 0 ? address : "-",
        ];
    }

    private static string Shorten(string text) => text.Length <= 40 ? text : text[..39] + "…";
}
