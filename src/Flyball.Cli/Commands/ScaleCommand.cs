using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Flyball.Cli.Applying;
using Flyball.Cli.Connecting;
using Flyball.Cli.Output;

namespace Flyball.Cli.Commands;

/// <summary><c>flyball scale web=6</c>.</summary>
internal static class ScaleCommand
{
    public static Command Create()
    {
        var targets = new Argument<string[]>("WORKLOAD=N")
            { Description = "How many replicas each shall have.", Arity = ArgumentArity.OneOrMore };
        var pin = new Option<string?>("--pin")
            { Description = "How long this holds against autoscaling: 30m, 2h, 1d. [default: 1h]" };
        var wait = new Option<bool>("--wait") { Description = "Wait until that many are healthy." };
        return new ClientCommand("scale", "Sets how many replicas run.", "flyball scale web=6 cart=2 --wait")
            { targets, pin, wait }
            .Runs(async (parsed, client, printer, cancellation) =>
            {
                (string Name, int Replicas)[] wanted = [.. parsed.GetValue(targets)!.Select(Parse)];
                var names = new List<string>();
                await WorkloadNames.EnsureKnownAsync(
                    client, [.. wanted.Select(target => target.Name)], cancellation);
                foreach ((string name, int replicas) in wanted)
                {
                    using JsonDocument answer =
                        await client.PostAsync($"/workloads/{Uri.EscapeDataString(name)}/scale", writer =>
                    {
                        writer.WriteStartObject();
                        writer.WriteNumber("replicas", replicas);
                        if (parsed.GetValue(pin) is { } held) writer.WriteString("pin", held);
                        writer.WriteEndObject();
                    }, cancellation);
                    string full = answer.RootElement.Text("workload") ?? answer.RootElement.Text("name") ?? name;
                    names.Add(full);
                    if (printer.AsJson) Printer.Json(answer.RootElement);
                    else Console.Out.WriteLine(
                        string.Create(CultureInfo.InvariantCulture, $"{full}: {replicas} replicas"));
                }

                if (!parsed.GetValue(wait)) return ExitCodes.Ok;
                return await new RolloutWait(client)
                    .WaitAsync(names, line => Console.Error.WriteLine(line), cancellation)
                    ? ExitCodes.Ok
                    : ExitCodes.Failed;
            });
    }

    private static (string Name, int Replicas) Parse(string text)
    {
        int equals = text.LastIndexOf('=');
        if (equals > 0 && int.TryParse(
            text[(equals + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out int replicas))
            return (text[..equals], replicas);
        throw new CommandFailure($"'{text}' is not WORKLOAD=N, such as web=6.", ExitCodes.Usage);
    }
}
