using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Flyball.Cli.Connecting;
using Flyball.Cli.Output;

namespace Flyball.Cli.Commands;

/// <summary><c>consumer add|ls|usage|rm|rotate</c>: who may use routes that ask, by keys and passwords.</summary>
internal static class ConsumerCommands
{
    public static Command Create() =>
        new("consumer",
            "Manages who may use routes that ask for a key or a password.\n\n"
            + "Example:\n  flyball consumer add mobile-app")
            { Add(), List(), ConsumerUsageCommand.Create(), Rotate(), Remove() };

    private static ClientCommand Add()
    {
        var name = new Argument<string>("NAME") { Description = "Letters, digits, '-', '.' and '_'." };
        var groups = new Option<string[]>("--group") { Description = "A group that routes may let in as @GROUP." };
        var password = new Option<bool>("--password-stdin")
            { Description = "Read a password for basic authentication from standard input." };
        return new ClientCommand(
            "add", "Makes a consumer and prints its key, which is shown this once.",
            "flyball consumer add mobile-app --group partners") { name, groups, password }
            .Runs(async (parsed, client, printer, cancellation) =>
            {
                string? secret = parsed.GetValue(password)
                    ? await Console.In.ReadLineAsync(cancellation)
                        ?? throw new CommandFailure("Standard input has no password.", ExitCodes.Usage)
                    : null;
                using JsonDocument answer = await client.PostAsync("/consumers", json =>
                {
                    json.WriteStartObject();
                    json.WriteString("name", parsed.GetValue(name));
                    json.WriteStartArray("groups");
                    foreach (string group in parsed.GetValue(groups) ?? []) json.WriteStringValue(group);
                    json.WriteEndArray();
                    if (secret is not null) json.WriteString("password", secret);
                    json.WriteEndObject();
                }, cancellation);
                Show(answer.RootElement, printer);
                return ExitCodes.Ok;
            });
    }

    private static ClientCommand List() =>
        new ClientCommand("ls", "Lists consumers and how their keys begin.", "flyball consumer ls")
            .Runs(async (_, client, printer, cancellation) =>
            {
                using JsonDocument answer = await client.GetAsync("/consumers", cancellation);
                printer.Table(
                    answer.RootElement,
                    ["consumer", "groups", "password", "keys"],
                    answer.RootElement.Items().Select(row => new[]
                    {
                        row.Text("name") ?? "-",
                        string.Join(", ", row.Items("groups").Select(group => group.GetString())) is { Length: > 0 } all
                            ? all : "-",
                        row.Flag("hasPassword") ? "yes" : "no",
                        string.Join(", ", row.Items("keys").Select(key =>
                            key.Text("hint") + "…" + (key.Text("ends") is { } ends ? $" until {ends}" : ""))),
                    }),
                    "No consumers. 'flyball consumer add NAME' makes one.");
                return ExitCodes.Ok;
            });

    private static ClientCommand Rotate()
    {
        var name = new Argument<string>("NAME") { Description = "The consumer." };
        var grace = new Option<string>("--grace")
            { Description = "How long the old keys stay good.", DefaultValueFactory = _ => "0s" };
        return new ClientCommand(
            "rotate", "Gives a consumer a new key; the old ones end at once, or after --grace.",
            "flyball consumer rotate mobile-app --grace 24h") { name, grace }
            .Runs(async (parsed, client, printer, cancellation) =>
            {
                TimeSpan wait = Durations.Parse(parsed.GetValue(grace)!, "--grace");
                string seconds = ((long)wait.TotalSeconds).ToString(CultureInfo.InvariantCulture);
                using JsonDocument answer = await client.PostAsync(
                    $"/consumers/{Uri.EscapeDataString(parsed.GetValue(name)!)}/rotate?grace={seconds}", null,
                    cancellation);
                Show(answer.RootElement, printer);
                return ExitCodes.Ok;
            });
    }

    private static ClientCommand Remove()
    {
        var name = new Argument<string>("NAME") { Description = "The consumer." };
        return new ClientCommand(
            "rm", "Removes a consumer; its keys and its password are refused from then on.",
            "flyball consumer rm mobile-app") { name }
            .Runs(async (parsed, client, _, cancellation) =>
            {
                string which = parsed.GetValue(name)!;
                using JsonDocument done = await client.DeleteAsync(
                    "/consumers/" + Uri.EscapeDataString(which), cancellation);
                Console.Out.WriteLine($"{which} is gone.");
                return ExitCodes.Ok;
            });
    }

    private static void Show(JsonElement answer, Printer printer)
    {
        if (printer.AsJson) Printer.Json(answer);
        else Console.Out.WriteLine(answer.Text("key"));
    }
}
