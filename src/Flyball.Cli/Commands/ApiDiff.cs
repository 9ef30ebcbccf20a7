using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Flyball.Cli.Applying;
using Flyball.Cli.Connecting;
using Flyball.Cli.Output;

namespace Flyball.Cli.Commands;

/// <summary>
/// <c>api diff</c>: two versions of a service, two files, or a file and what runs, as a step of a pipeline asks it.
/// </summary>
internal static class ApiDiff
{
    public static Command Create(DocumentComparison compare)
    {
        var what = new Argument<string[]>("WHAT")
        {
            Description = "SERVICE [FROM [TO]], or two of SERVICE and FILE. Without versions the two newest are meant.",
            Arity = new ArgumentArity(1, 3),
        };
        Option<string> failOn = new Option<string>("--fail-on")
        {
            Description = "Answer with exit code 1 when there are changes: breaking, any or never.",
            DefaultValueFactory = _ => "never",
        }.AcceptOnlyFromAmong("breaking", "any", "never");
        return new ClientCommand(
            "diff", "Shows what is different between two versions of an interface, and what breaks its users.",
            "flyball api diff web openapi.yaml --fail-on breaking") { what, failOn }
            .Runs(async (parsed, client, printer, cancellation) =>
            {
                using JsonDocument answer = await CompareAsync(parsed.GetValue(what)!, client, compare, cancellation);
                if (printer.AsJson) Printer.Json(answer.RootElement);
                else Print(answer.RootElement);
                return Fails(answer.RootElement, parsed.GetValue(failOn)!) ? ExitCodes.Failed : ExitCodes.Ok;
            });
    }

    private static async Task<JsonDocument> CompareAsync(
        string[] what, ApiClient client, DocumentComparison compare, CancellationToken cancellation)
    {
        bool isOfFiles = what.Length == 2 && what.Any(IsFile);
        if (!isOfFiles)
        {
            if (what.FirstOrDefault(IsFile) is { } file)
                throw new CommandFailure($"{file} is a file: name what it is compared with.", ExitCodes.Usage);
            string query = string.Join('&', what.Skip(1).Select((version, i) =>
                $"{(i == 0 ? "from" : "to")}={Uri.EscapeDataString(version)}"));
            return await client.GetAsync($"{ApiCommands.Path(what[0])}/diff?{query}", cancellation);
        }

        byte[] before = await ReadAsync(what[0], client, cancellation);
        byte[] after = await ReadAsync(what[1], client, cancellation);
        (byte[]? json, IReadOnlyList<string> problems) = compare(what[0], before, what[1], after);
        return json is not null
            ? JsonDocument.Parse(json)
            : throw new CommandFailure(string.Join(Environment.NewLine, problems.Select(ApiCommands.Clean)));
    }

    private static bool IsFile(string word) => File.Exists(word) || word.Contains('/', StringComparison.Ordinal)
        || Path.GetExtension(word) is ".json" or ".yaml" or ".yml";

    private static async Task<byte[]> ReadAsync(string word, ApiClient client, CancellationToken cancellation)
    {
        if (IsFile(word)) return ComposeFiles.ReadBytes(word, ComposeFiles.AttachmentBytesMax);
        using HttpResponseMessage answer = await client.StreamAsync(
            HttpMethod.Get, ApiCommands.Path(word) + "/versions/latest/document", null, cancellation);
        return await answer.Content.ReadAsByteArrayAsync(cancellation);
    }

    private static bool Fails(JsonElement diff, string on)
    {
        long breaking = diff.Number("breaking") ?? 0;
        long all = breaking + (diff.Number("compatible") ?? 0) + (diff.Number("other") ?? 0);
        // What was not compared may break somebody: a gate must not let it pass as if it did not.
        return on switch
        {
            "breaking" => breaking > 0 || diff.Flag("isCut"),
            "any" => all > 0 || diff.Flag("isCut"),
            _ => false,
        };
    }

    private static void Print(JsonElement diff)
    {
        Console.Out.WriteLine(
            $"{ApiCommands.Text(diff, "from")} → {ApiCommands.Text(diff, "to")}: {diff.Number("breaking")} breaking, "
            + $"{diff.Number("compatible")} compatible, {diff.Number("other")} other");
        foreach (JsonElement change in diff.Items("changes"))
        {
            Console.Out.WriteLine();
            Console.Out.WriteLine($"{change.Text("severity"),-11} {ApiCommands.Text(change, "message")}");
            string pointer = ApiCommands.Text(change, "pointer");
            string place = string.Create(CultureInfo.InvariantCulture,
                $"{pointer}, line {change.Number("line")} of the {change.Text("in")} document");
            Console.Out.WriteLine($"{"",-11} {place}{Concerned(change)}");
        }

        if (diff.Flag("isCut"))
            Console.Out.WriteLine("\nThe documents are so large, or so different, that not all was compared or told.");
    }

    private static string Concerned(JsonElement change)
    {
        string[] named = [.. change.Items("operations").Select(name => ApiCommands.Clean(name.GetString()!))];
        long count = change.Number("operationCount") ?? 0;
        bool isNamed = count == 1 && ApiCommands.Text(change, "message").Contains(named[0], StringComparison.Ordinal);
        if (count == 0 || isNamed) return "";
        string rest = count > named.Length
            ? string.Create(CultureInfo.InvariantCulture, $" and {count - named.Length} more") : "";
        return $"; concerns {string.Join(", ", named)}{rest}";
    }
}
