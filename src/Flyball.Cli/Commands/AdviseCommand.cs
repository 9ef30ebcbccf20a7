using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Flyball.Cli.Connecting;
using Flyball.Cli.Output;

namespace Flyball.Cli.Commands;

/// <summary><c>flyball advise</c>: what workloads should set aside, from what they used.</summary>
internal static class AdviseCommand
{
    private const long MebiByte = 1 << 20;

    private static readonly string[] Headers =
        ["workload", "replicas", "cpu now", "cpu advised", "limit", "memory now", "memory advised", "limit", "wasted"];

    public static Command Create()
    {
        var name = new Argument<string?>("WORKLOAD")
            { Description = "One workload; all when left out.", Arity = ArgumentArity.ZeroOrOne };
        var range = new Option<string?>("--range") { Description = "How far back to look: 12h, 7d, 4w. [default: 7d]" };
        return new ClientCommand(
            "advise", "Shows what CPU and memory workloads should set aside, and what is wasted today.",
            "flyball advise web --range 2d")
            { name, range }
            .Runs(async (parsed, client, printer, cancellation) =>
            {
                using JsonDocument answer = await client.GetAsync(
                    Path(parsed.GetValue(name), parsed.GetValue(range)), cancellation);
                JsonElement advice = answer.RootElement;
                string[][] rows = [.. advice.Items("workloads").Select(Row)];
                printer.Table(advice, Headers, rows, "Nothing has been applied yet.");
                if (!printer.AsJson && rows.Length > 0)
                    Console.Out.WriteLine(string.Create(
                        CultureInfo.InvariantCulture,
                        $"In all {advice.Real("wastedCores") ?? 0:0.##} cores and "
                        + $"{advice.Real("wastedGibiBytes") ?? 0:0.##} GiB are set aside in vain."));
                return ExitCodes.Ok;
            });
    }

    private static string Path(string? name, string? range)
    {
        string query = string.Join('&', new[]
        {
            name is null ? null : "workload=" + Uri.EscapeDataString(name),
            range is null ? null : "range=" + Uri.EscapeDataString(range),
        }.OfType<string>());
        return query.Length > 0 ? "/advice?" + query : "/advice";
    }

    private static string[] Row(JsonElement row) =>
    [
        row.Text("workload") ?? "-",
        row.Text("replicas") ?? "-",
        Cores(row.Real("requestedCores")),
        Cores(row.Real("requestCores")),
        Cores(row.Real("limitCores")),
        Memory(row.Real("requestedMebiBytes")),
        Memory(row.Real("requestMebiBytes")),
        Memory(row.Real("limitMebiBytes")),
        Wasted(row.Real("wastedCores"), row.Real("wastedGibiBytes")),
    ];

    private static string Cores(double? cores) =>
        cores is { } known ? known.ToString("0.###", CultureInfo.InvariantCulture) : "-";

    private static string Memory(double? mebiBytes) =>
        mebiBytes is { } known ? Words.Bytes((long)(known * MebiByte)) : "-";

    private static string Wasted(double? cores, double? gibiBytes) => cores is null && gibiBytes is null
        ? "-"
        : string.Create(CultureInfo.InvariantCulture, $"{cores ?? 0:0.##} cores, {gibiBytes ?? 0:0.##} GiB");
}
