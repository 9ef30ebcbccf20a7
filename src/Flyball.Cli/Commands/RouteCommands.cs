using System.CommandLine;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Flyball.Cli.Connecting;
using Flyball.Cli.Output;

namespace Flyball.Cli.Commands;

/// <summary><c>route ls</c> and <c>route test</c>.</summary>
internal static class RouteCommands
{
    public static Command Create() => new(
        "route",
        "Lists routes, and tells which one a request takes and why.\n\nExample:\n"
            + "  flyball route test http://shop.localhost/cart")
    {
        List("ls", "flyball route ls"),
        Test(),
    };

    /// <summary>The list's first name; kept so that scripts go on working.</summary>
    public static Command OldList()
    {
        Command command = List("routes", "flyball route ls");
        command.Hidden = true;
        return command;
    }

    private static ClientCommand List(string name, string example) =>
        new ClientCommand(name, "Lists which requests go where.", example)
            .Runs(async (_, client, printer, cancellation) =>
            {
                using JsonDocument answer = await client.GetAsync("/routes", cancellation);
                printer.Table(
                    answer.RootElement,
                    ["route", "host", "path", "asks for", "action", "protocol"],
                    answer.RootElement.Items().Select(row => new[]
                    {
                        row.Text("name") ?? "-",
                        Host(row),
                        Path(row),
                        row.Text("conditions") is { Length: > 0 } conditions ? conditions : "-",
                        row.Text("action") ?? "-",
                        row.Text("protocol") ?? "-",
                    }),
                    "No routes. Give a service 'x-route' in its Compose file.");
                return ExitCodes.Ok;
            });

    private static ClientCommand Test()
    {
        var url = new Argument<string>("URL") { Description = "The request's URL; http:// may be left out." };
        var method = new Option<string>("--method", "-X")
            { Description = "The request's method.", DefaultValueFactory = _ => "GET" };
        var header = new Option<string[]>("--header", "-H")
        {
            Description = "A header of the request, 'Name: value'; may be given again.",
            DefaultValueFactory = _ => [],
        };
        return new ClientCommand(
            "test", "Tells what a request would meet, without sending it.",
            "flyball route test http://shop.localhost/cart -H 'X-Canary: 1'") { url, method, header }
            .Runs(async (parsed, client, printer, cancellation) =>
            {
                var query = new StringBuilder("/routes/test?url=").Append(Uri.EscapeDataString(parsed.GetValue(url)!))
                    .Append("&method=").Append(Uri.EscapeDataString(parsed.GetValue(method)!));
                foreach (string one in parsed.GetValue(header)!)
                    query.Append("&header=").Append(Uri.EscapeDataString(one));
                using JsonDocument answer = await client.GetAsync(query.ToString(), cancellation);
                if (printer.AsJson) Printer.Json(answer.RootElement);
                else Show(answer.RootElement);
                return answer.RootElement.Text("outcome") is "no-route" or "refused"
                    ? ExitCodes.Failed
                    : ExitCodes.Ok;
            });
    }

    private static string Host(JsonElement row) => row.TryGetProperty("spec", out JsonElement spec)
        && spec.Text("listen") is { } port
        ? "port " + port
        : row.Text("host") ?? "*";

    private static string Path(JsonElement row)
    {
        string path = row.Text("pathPrefix") ?? "/";
        if (!row.TryGetProperty("spec", out JsonElement spec)) return path;
        if (spec.Text("listen") is not null) return "-";
        return spec.Text("pathKind") == "Exact" ? path + " (exact)" : path;
    }

    private static void Show(JsonElement test)
    {
        Console.Out.WriteLine(test.Text("summary"));
        Line("path", test.Text("path"));
        Line("sent as", test.Text("target") is { } target && target != test.Text("path") ? target : null);
        foreach (JsonElement one in test.Items("targets")) Line("to", Target(one));
        foreach (JsonElement policy in test.Items("policies")) Line(policy.Text("name") ?? "", policy.Text("value"));
        string? why = test.Text("whyOther");
        string reason = why is null ? "" : ": " + why;
        Line("served by", test.Text("servedBy") is { } path ? $"the {path} path{reason}" : null);
        JsonElement[] considered = [.. test.Items("considered")];
        if (considered.Length == 0) return;
        Console.Out.WriteLine();
        Console.Out.WriteLine("Routes of this host and path");
        foreach (JsonElement route in considered)
        {
            string conditions = route.Text("conditions") is { Length: > 0 } asked ? $" [{asked}]" : "";
            Console.Out.WriteLine(
                $"  {(route.Flag("isChosen") ? "→" : " ")} {route.Text("name")}  {route.Text("place")}{conditions}: "
                + route.Text("why"));
        }
    }

    private static string Target(JsonElement target)
    {
        string[] ready = [.. target.Items("ready").Select(one => one.GetString() ?? "")];
        string service = target.Text("port") is { } port ? $"{target.Text("service")}:{port}" : target.Text("service")!;
        string share = (target.Real("sharePercent") ?? 100).ToString("0.##", CultureInfo.InvariantCulture);
        string all = ready.Length == 0 ? "nobody" : string.Join(", ", ready);
        string where = target.Text("endpoint") ?? all;
        return $"{service} ({share}%): {where}"
            + Count(target, "failing", "fail their health check") + Count(target, "draining", "are being stopped");
    }

    private static string Count(JsonElement target, string name, string words) =>
        target.Number(name) is { } count and > 0
            ? string.Create(CultureInfo.InvariantCulture, $"; {count} {words}")
            : "";

    private static void Line(string name, string? value)
    {
        if (!string.IsNullOrEmpty(value)) Console.Out.WriteLine($"  {name + ":",-17} {value}");
    }
}
