using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Flyball.Cli.Connecting;
using Flyball.Cli.Output;

namespace Flyball.Cli.Commands;

/// <summary>
/// Compares two OpenAPI documents on this machine: their names and bytes, and the answer as the API gives it, or what
/// is wrong with them.
/// </summary>
public delegate (byte[]? Json, IReadOnlyList<string> Problems) DocumentComparison(
    string oldName, ReadOnlySpan<byte> oldDocument, string newName, ReadOnlySpan<byte> newDocument);

/// <summary><c>api ls|show|search|diff</c>: the interfaces of services, and how they change.</summary>
public static class ApiCommands
{
    /// <param name="compare">The rules of the comparison are the catalogue's.</param>
    public static Command Create(DocumentComparison compare) =>
        new("api",
            "Shows the interfaces of services (OpenAPI) and how they change from version to version.\n\n"
            + "Example:\n  flyball api diff web 3 4")
            { List(), Show(), Search(), ApiDiff.Create(compare) };

    private static ClientCommand List() =>
        new ClientCommand("ls", "Lists services whose interface is described.", "flyball api ls")
            .Runs(async (_, client, printer, cancellation) =>
            {
                using JsonDocument answer = await client.GetAsync("/apis", cancellation);
                printer.Table(
                    answer.RootElement,
                    ["service", "title", "api", "version", "operations", "from", "problem"],
                    answer.RootElement.Items().Select(Row),
                    "No service says where its document is. 'x-api' in its Compose file does.");
                return ExitCodes.Ok;
            });

    private static string[] Row(JsonElement api)
    {
        JsonElement latest = api.TryGetProperty("latest", out JsonElement found) ? found : default;
        return
        [
            Text(api, "workload"), Text(latest, "title"), Text(latest, "apiVersion"), Text(latest, "version"),
            Text(latest, "operations"), Text(api, "source"), Text(api, "problem"),
        ];
    }

    private static ClientCommand Show()
    {
        var name = new Argument<string>("SERVICE") { Description = "The service, or project.service." };
        var version = new Option<string>("--version")
            { Description = "The workload's version.", DefaultValueFactory = _ => "latest" };
        var document = new Option<bool>("--document") { Description = "Print the document as it is." };
        return new ClientCommand(
            "show", "Shows what a service offers.", "flyball api show web --version 3") { name, version, document }
            .Runs(async (parsed, client, printer, cancellation) =>
            {
                string path = Path(parsed.GetValue(name)!) + "/versions/"
                    + Uri.EscapeDataString(parsed.GetValue(version)!);
                if (parsed.GetValue(document))
                {
                    using HttpResponseMessage raw = await client.StreamAsync(
                        HttpMethod.Get, path + "/document", null, cancellation);
                    await using Stream stream = await raw.Content.ReadAsStreamAsync(cancellation);
                    await using Stream output = Console.OpenStandardOutput();
                    await stream.CopyToAsync(output, cancellation);
                    return ExitCodes.Ok;
                }

                using JsonDocument answer = await client.GetAsync(path, cancellation);
                Show(answer.RootElement, printer);
                return ExitCodes.Ok;
            });
    }

    private static void Show(JsonElement detail, Printer printer)
    {
        JsonElement about = detail.GetProperty("document");
        if (!printer.AsJson)
        {
            Console.Out.WriteLine(
                $"{Text(about, "title")} {Text(about, "apiVersion")}, {Text(about, "specification")}: "
                + $"version {Text(about, "version")} of {Text(detail, "workload")}, from {Text(about, "origin")}");
            if (about.Text("problem") is { } problem) Console.Out.WriteLine(Clean(problem));
            Console.Out.WriteLine();
        }

        printer.Table(
            detail,
            ["method", "path", "operation", "summary"],
            detail.Items("operations").Select(operation => new[]
            {
                Text(operation, "method"),
                Text(operation, "path") + (operation.Flag("isDeprecated") ? " (deprecated)" : ""),
                Text(operation, "id"), Text(operation, "summary"),
            }),
            "It offers no operation.");
    }

    private static ClientCommand Search()
    {
        var words = new Argument<string[]>("WORD")
            { Description = "All of them must be there.", Arity = ArgumentArity.OneOrMore };
        var limit = new Option<int>("--limit") { Description = "Hits at most.", DefaultValueFactory = _ => 50 };
        return new ClientCommand(
            "search", "Finds services, operations and schemas by words.", "flyball api search order cancel")
            { words, limit }
            .Runs(async (parsed, client, printer, cancellation) =>
            {
                string query = Uri.EscapeDataString(string.Join(' ', parsed.GetValue(words)!));
                string most = parsed.GetValue(limit).ToString(CultureInfo.InvariantCulture);
                using JsonDocument answer = await client.GetAsync(
                    $"/apis/search?q={query}&limit={most}", cancellation);
                printer.Table(
                    answer.RootElement,
                    ["service", "kind", "name", "summary"],
                    answer.RootElement.Items("hits").Select(hit => new[]
                        { Text(hit, "workload"), Text(hit, "kind"), Text(hit, "name"), Text(hit, "summary") }),
                    "Nothing has all of these words.");
                return ExitCodes.Ok;
            });
    }

    internal static string Path(string service) => "/apis/" + Uri.EscapeDataString(service);

    internal static string Text(JsonElement row, string name) =>
        row.Text(name) is { Length: > 0 } text ? Clean(text) : "-";

    /// <summary>Documents are written by services: what would steer a terminal is not printed.</summary>
    internal static string Clean(string text) => text.Any(char.IsControl)
        ? string.Concat(text.Select(letter => char.IsControl(letter) ? ' ' : letter))
        : text;
}
