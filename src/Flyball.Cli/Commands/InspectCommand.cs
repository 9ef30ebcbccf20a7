using System.CommandLine;
using System.Text.Json;
using Flyball.Cli.Connecting;
using Flyball.Cli.Output;

namespace Flyball.Cli.Commands;

/// <summary><c>flyball inspect</c>: all there is to know of a workload or an allocation, as JSON.</summary>
internal static class InspectCommand
{
    public static Command Create()
    {
        var name = new Argument<string>("NAME") { Description = "A workload, or an allocation's id or the end of it." };
        return new ClientCommand("inspect", "Shows all there is to know of a workload or an allocation, as JSON.",
            "flyball inspect web") { name }
            .Runs(async (parsed, client, printer, cancellation) =>
            {
                string wanted = Uri.EscapeDataString(parsed.GetValue(name)!);
                using JsonDocument answer = await FindAsync(client, wanted, cancellation);
                Printer.Json(answer.RootElement);
                return ExitCodes.Ok;
            });
    }

    private static async Task<JsonDocument> FindAsync(ApiClient client, string name, CancellationToken cancellation)
    {
        try
        {
            return await client.GetAsync("/workloads/" + name, cancellation);
        }
        catch (CommandFailure unknown) when (unknown.ExitCode == ExitCodes.NotFound)
        {
            try
            {
                return await client.GetAsync("/allocations/" + name, cancellation);
            }
            catch (CommandFailure neither) when (neither.ExitCode == ExitCodes.NotFound)
            {
                // Of the two answers the workload's is the one with the list of names to choose from.
                throw unknown;
            }
        }
    }
}
