using System.CommandLine;
using System.Text.Json;
using Flyball.Cli.Connecting;
using Flyball.Cli.Output;

namespace Flyball.Cli.Commands;

/// <summary><c>flyball why</c>: the answer to "why did this happen?".</summary>
internal static class WhyCommand
{
    public static Command Create()
    {
        var name = new Argument<string>("NAME") { Description = "A workload, or an allocation's id or the end of it." };
        return new ClientCommand("why", "Explains the state of a workload or an allocation.", "flyball why web")
            { name }
            .Runs(async (parsed, client, printer, cancellation) =>
            {
                using JsonDocument answer = await client.GetAsync(
                    "/why/" + Uri.EscapeDataString(parsed.GetValue(name)!), cancellation);
                if (printer.AsJson)
                {
                    Printer.Json(answer.RootElement);
                    return ExitCodes.Ok;
                }

                Show(answer.RootElement);
                return ExitCodes.Ok;
            });
    }

    private static void Show(JsonElement why)
    {
        Console.Out.WriteLine(why.Text("summary"));
        foreach (JsonElement fact in why.Items("facts"))
            Console.Out.WriteLine("  "
                + (fact.ValueKind == JsonValueKind.String ? fact.GetString() : fact.Text("text") ?? fact.GetRawText()));
        Section("Decided", why.Items("decisions"), value =>
            $"{value.Text("area")}: {value.Text("outcome")}. {value.Text("reason")}");
        Section("Happened", why.Items("events"), value => $"{value.Text("type")}: {value.Text("message")}");
    }

    private static void Section(string title, IEnumerable<JsonElement> rows, Func<JsonElement, string> describe)
    {
        JsonElement[] all = [.. rows];
        if (all.Length == 0) return;
        Console.Out.WriteLine();
        Console.Out.WriteLine(title);
        foreach (JsonElement row in all)
        {
            JsonElement value = row.TryGetProperty("value", out JsonElement found) ? found : row;
            Console.Out.WriteLine($"  {Words.Time(row.Number("atUnixMs"))}  {describe(value)}");
            if (value.TryGetProperty("inputs", out JsonElement inputs) && inputs.ValueKind == JsonValueKind.Object
                && inputs.EnumerateObject().Any())
                Console.Out.WriteLine("                       "
                    + string.Join(", ", inputs.EnumerateObject().Select(input => $"{input.Name} = {input.Value}")));
        }
    }
}
