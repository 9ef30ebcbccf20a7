using System.CommandLine;
using System.Text.Json;
using Flyball.Cli.Applying;
using Flyball.Cli.Connecting;
using Flyball.Cli.Output;

namespace Flyball.Cli.Commands;

/// <summary>
/// <c>restart</c>, <c>stop</c>, <c>start</c> and <c>rm</c>: one word said to one or several workloads.
/// </summary>
internal static class WorkloadActions
{
    public static Command Restart() =>
        Act("restart", "Replaces every allocation, one after the other, without a gap.", "flyball restart web");

    public static Command Stop() => Act("stop", "Stops every allocation; the workload stays.", "flyball stop web");

    public static Command Start() => Act("start", "Starts a stopped workload again.", "flyball start web");

    public static Command Remove()
    {
        Argument<string[]> workloads = Names();
        var project = new Option<bool>("--project")
            { Description = "The names are projects: removes all that is in them." };
        return new ClientCommand("rm", "Removes workloads, their routes and allocations.", "flyball rm --project shop")
            { workloads, project }
            .Runs(async (parsed, client, printer, cancellation) =>
            {
                string kind = parsed.GetValue(project) ? "projects" : "workloads";
                if (!parsed.GetValue(project))
                    await WorkloadNames.EnsureKnownAsync(client, parsed.GetValue(workloads)!, cancellation);
                foreach (string name in parsed.GetValue(workloads)!)
                {
                    using JsonDocument answer = await client.DeleteAsync(
                        $"/{kind}/{Uri.EscapeDataString(name)}", cancellation);
                    if (printer.AsJson) Printer.Json(answer.RootElement);
                    else Console.Out.WriteLine($"{name}: removed");
                }

                return ExitCodes.Ok;
            });
    }

    private static ClientCommand Act(string action, string description, string example)
    {
        Argument<string[]> workloads = Names();
        var wait = new Option<bool>("--wait") { Description = "Wait until it is done." };
        return new ClientCommand(action, description, example) { workloads, wait }
            .Runs(async (parsed, client, printer, cancellation) =>
            {
                var names = new List<string>();
                await WorkloadNames.EnsureKnownAsync(client, parsed.GetValue(workloads)!, cancellation);
                foreach (string name in parsed.GetValue(workloads)!)
                {
                    using JsonDocument answer = await client.PostAsync(
                        $"/workloads/{Uri.EscapeDataString(name)}/{action}", null, cancellation);
                    names.Add(answer.RootElement.Text("name") ?? name);
                    if (printer.AsJson) Printer.Json(answer.RootElement);
                    else Console.Out.WriteLine($"{names[^1]}: {action}");
                }

                if (!parsed.GetValue(wait)) return ExitCodes.Ok;
                return await new RolloutWait(client)
                    .WaitAsync(names, line => Console.Error.WriteLine(line), cancellation)
                    ? ExitCodes.Ok
                    : ExitCodes.Failed;
            });
    }

    private static Argument<string[]> Names() =>
        new("WORKLOAD") { Description = "project.service, or the service alone when no other project has it.",
            Arity = ArgumentArity.OneOrMore };
}
