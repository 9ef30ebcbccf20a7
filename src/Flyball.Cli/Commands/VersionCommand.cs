using System.CommandLine;
using System.Reflection;
using System.Text.Json;
using Flyball.Cli.Connecting;
using Flyball.Cli.Output;

namespace Flyball.Cli.Commands;

/// <summary><c>flyball version</c>: of this executable, and of the server when one answers.</summary>
internal static class VersionCommand
{
    public static string Own =>
        typeof(VersionCommand).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "unknown";

    public static Command Create() =>
        new ClientCommand(
            "version", "Shows the version of this executable and of the server.", "flyball version -o json")
            .Runs(async (_, client, printer, cancellation) =>
            {
                string? server = null;
                try
                {
                    using JsonDocument answer = await client.GetAsync("/version", cancellation);
                    server = answer.RootElement.Text("version");
                }
                catch (CommandFailure failure) when (failure.ExitCode is ExitCodes.Unreachable or ExitCodes.Denied)
                {
                    // The question was about versions: no server, or one that does not know us, is part of the answer.
                }

                if (printer.AsJson)
                {
                    using JsonDocument both = JsonDocument.Parse(
                        $$"""{"client":"{{Own}}","server":{{(server is null ? "null" : $"\"{server}\"")}}}""");
                    Printer.Json(both.RootElement);
                }
                else
                {
                    Console.Out.WriteLine($"client  {Own}");
                    Console.Out.WriteLine($"server  {server ?? $"none answers at {client.Context.Api}"}");
                }

                return ExitCodes.Ok;
            });
}
