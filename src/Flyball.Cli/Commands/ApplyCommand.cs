using System.CommandLine;
using System.Text.Json;
using Flyball.Cli.Applying;
using Flyball.Cli.Connecting;
using Flyball.Cli.Output;

namespace Flyball.Cli.Commands;

/// <summary><c>flyball apply</c>: makes a Compose file the desired state.</summary>
internal static class ApplyCommand
{
    public static Command Create()
    {
        var files = new Option<string[]>("--file", "-f")
            { Description = "A Compose file; several are merged in order. [default: compose.yaml]" };
        var project = new Option<string?>("--project-name", "-p")
            { Description = "The project's name instead of the file's or the folder's." };
        var profiles = new Option<string[]>("--profile") { Description = "Also run services of this profile." };
        var envFile = new Option<string?>("--env-file")
            { Description = "Variables for interpolation instead of .env beside the file." };
        var dryRun = new Option<bool>("--dry-run") { Description = "Say what would change, change nothing." };
        var wait = new Option<bool>("--wait")
            { Description = "Wait until the rollouts have ended; fail when one fails." };
        return new ClientCommand(
            "apply", "Makes a Compose file the desired state.", "flyball apply -f compose.yaml --wait")
            { files, project, profiles, envFile, dryRun, wait }
            .Runs(async (parsed, client, printer, cancellation) =>
            {
                var request = new ApplyRequest
                {
                    Files = parsed.GetValue(files) is { Length: > 0 } given ? given : [ComposeFiles.Default()],
                    Project = parsed.GetValue(project),
                    Profiles = parsed.GetValue(profiles) ?? [],
                    EnvFile = parsed.GetValue(envFile),
                    DryRun = parsed.GetValue(dryRun),
                };
                using JsonDocument answer = await new Applier(client)
                    .ApplyAsync(request, line => Console.Error.WriteLine(line), cancellation);
                Show(answer.RootElement, printer, request.DryRun);
                if (!parsed.GetValue(wait) || request.DryRun) return ExitCodes.Ok;
                string[] names = [.. answer.RootElement.Items("workloads").Select(row => row.Text("name")!)];
                return await new RolloutWait(client)
                    .WaitAsync(names, line => Console.Error.WriteLine(line), cancellation)
                    ? ExitCodes.Ok
                    : ExitCodes.Failed;
            });
    }

    private static void Show(JsonElement answer, Printer printer, bool dryRun)
    {
        foreach (JsonElement warning in answer.Items("warnings"))
            Console.Error.WriteLine("warning: " + Problems.Diagnostic(warning));
        printer.Table(
            answer,
            ["workload", dryRun ? "would be" : "change", "reached at"],
            answer.Items("workloads").Select(row => new[]
            {
                row.Text("name") ?? "-",
                row.Text("change") ?? "-",
                string.Join(", ", answer.Items("routes").Where(route => route.Text("service") == row.Text("name"))
                    .Select(route => route.Text("listen") is { } port
                        ? "port " + port
                        : (route.Text("host") ?? "*") + route.Text("pathPrefix"))),
            }),
            "The file has no services.");
    }
}
