using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Flyball.Cli.Connecting;
using Flyball.Cli.Output;
using Spectre.Console;

namespace Flyball.Cli.Commands;

/// <summary><c>flyball logs</c>: what a workload's allocations wrote, interleaved, or one allocation's.</summary>
internal static class LogsCommand
{
    private static readonly string[] Colours = ["blue", "green", "yellow", "fuchsia", "aqua", "red"];

    public static Command Create()
    {
        var name = new Argument<string>("NAME") { Description = "A workload, or an allocation's id." };
        var follow = new Option<bool>("--follow", "-f") { Description = "Go on as lines are written." };
        var tail = new Option<int?>("--tail", "-n") { Description = "Only the last lines of each allocation." };
        var since = new Option<string?>("--since") { Description = "Only lines younger than this: 10m, 2h." };
        var timestamps = new Option<bool>("--timestamps", "-t") { Description = "Show when each line was written." };
        return new ClientCommand(
            "logs", "Shows what a workload or an allocation wrote.", "flyball logs -f --tail 20 web")
            { name, follow, tail, since, timestamps }
            .Runs(async (parsed, client, printer, cancellation) =>
            {
                var query = new List<string>();
                if (parsed.GetValue(follow)) query.Add("follow=true");
                if (parsed.GetValue(tail) is { } lines)
                    query.Add(string.Create(CultureInfo.InvariantCulture, $"tail={lines}"));
                if (parsed.GetValue(since) is { } age)
                    query.Add(string.Create(CultureInfo.InvariantCulture, $"since={Durations.Ago(age, "--since")}"));
                string rest = query.Count > 0 ? "?" + string.Join('&', query) : "";
                string wanted = Uri.EscapeDataString(parsed.GetValue(name)!);
                await ShowAsync(client, wanted, rest, parsed.GetValue(timestamps), printer, cancellation);
                return ExitCodes.Ok;
            });
    }

    private static async Task ShowAsync(
        ApiClient client, string name, string query, bool timestamps, Printer printer, CancellationToken cancellation)
    {
        try
        {
            await foreach (JsonElement line in client.LinesAsync($"/workloads/{name}/logs{query}", cancellation))
                Print(line, timestamps, printer);
        }
        catch (CommandFailure unknown) when (unknown.ExitCode == ExitCodes.NotFound)
        {
            await AllocationAsync(client, name, query, timestamps, printer, cancellation);
        }
    }

    private static async Task AllocationAsync(
        ApiClient client, string name, string query, bool timestamps, Printer printer, CancellationToken cancellation)
    {
        try
        {
            await foreach (JsonElement line in client.LinesAsync($"/allocations/{name}/logs{query}", cancellation))
                Print(line, timestamps, printer);
        }
        catch (CommandFailure unknown) when (unknown.ExitCode == ExitCodes.NotFound)
        {
            throw new CommandFailure(
                $"There is no workload and no allocation '{Uri.UnescapeDataString(name)}'. 'flyball ps -a' lists them.",
                ExitCodes.NotFound);
        }
    }

    private static void Print(JsonElement entry, bool timestamps, Printer printer)
    {
        if (printer.AsJson)
        {
            Console.Out.WriteLine(entry.GetRawText());
            return;
        }

        JsonElement line = entry.TryGetProperty("line", out JsonElement inner) ? inner : entry;
        string prefix = timestamps ? Words.Time(line.Number("atUnixMs")) + " " : "";
        if (entry.Number("index") is { } index)
        {
            string label = string.Create(
                CultureInfo.InvariantCulture, $"{index} {Words.ShortId(entry.Text("allocation"))} │ ");
            if (Console.IsOutputRedirected) prefix = label + prefix;
            else AnsiConsole.Markup($"[{Colours[index % Colours.Length]}]{Markup.Escape(label)}[/]");
        }

        Console.Out.WriteLine(prefix + line.Text("text"));
    }
}
