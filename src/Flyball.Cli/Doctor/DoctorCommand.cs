using System.CommandLine;
using System.Text.Json;
using Flyball.Cli.Commands;
using Flyball.Cli.Connecting;
using Flyball.Cli.Output;
using Spectre.Console;

namespace Flyball.Cli.Doctor;

/// <summary>
/// <c>flyball doctor</c>: looks over the machine and the server, and says what to do about what it finds.
/// </summary>
internal static class DoctorCommand
{
    public static Command Create()
    {
        var bundle = new Option<string?>("--bundle")
            { Description = "Also write what was found, without secrets, to this .tar.gz." };
        var socket = new Option<string>("--docker-socket")
            { Description = "The engine's socket.", DefaultValueFactory = _ => "/var/run/docker.sock" };
        return new ClientCommand("doctor", "Checks the machine, the engine, ports, clocks and the server.",
            "flyball doctor --bundle support.tar.gz")
            { bundle, socket }
            .Runs(async (parsed, client, printer, cancellation) =>
            {
                string data = parsed.GetValue(ClientCommand.DataOption) ?? "data";
                List<Finding> findings =
                    [.. MachineChecks.Run(data),
                    .. await EngineChecks.RunAsync(parsed.GetValue(socket)!, cancellation)];
                findings.AddRange(await ServerChecks.RunAsync(client, cancellation));
                if (printer.AsJson)
                    Printer.Json(JsonSerializer.SerializeToElement(findings, FindingJson.Default.ListFinding));
                else Show(findings);
                if (parsed.GetValue(bundle) is { } path)
                {
                    await SupportBundle.WriteAsync(path, findings, client, cancellation);
                    Console.Error.WriteLine(
                        $"{path} written. It holds no tokens, environment values or file contents of your services.");
                }

                return findings.Any(finding => finding.Level == FindingLevel.Problem) ? ExitCodes.Failed : ExitCodes.Ok;
            });
    }

    private static void Show(List<Finding> findings)
    {
        foreach (Finding finding in findings)
        {
            (string mark, string colour) = finding.Level switch
            {
                FindingLevel.Good => ("✓", "green"),
                FindingLevel.Note => ("!", "yellow"),
                _ => ("✗", "red"),
            };
            if (Console.IsOutputRedirected) Console.Out.WriteLine($"{mark} {finding.Check}: {finding.Message}");
            else AnsiConsole.MarkupLine(
                $"[{colour}]{mark}[/] {Markup.Escape(finding.Check)}: {Markup.Escape(finding.Message)}");
            if (finding.Remedy.Length > 0) Console.Out.WriteLine($"    {finding.Remedy}");
        }
    }
}
