using System.Text.Json;
using Flyball.Cli.Connecting;

namespace Flyball.Cli.Executing;

/// <summary>Finds the allocation that a person means.</summary>
internal static class AllocationNames
{
    /// <summary>An id, the end of an id, or a workload's running allocation with the lowest index.</summary>
    public static async Task<string> FindRunningAsync(ApiClient client, string name, CancellationToken cancellation)
    {
        using JsonDocument answer = await client.GetAsync("/allocations", cancellation);
        JsonElement[] all = [.. answer.RootElement.Items()];
        string[] byId = [.. all.Select(row => row.Text("id")!)
            .Where(id => id == name || (name.Length >= 4 && id.EndsWith(name, StringComparison.Ordinal)))];
        if (byId.Length == 1) return byId[0];
        if (byId.Length > 1)
            throw new CommandFailure(
                $"'{name}' is the end of {byId.Length} allocations' ids; give more of it.", ExitCodes.Usage);

        JsonElement[] running =
        [
            .. all.Where(row => row.Text("workload") is { } workload
                    && (workload == name || workload.EndsWith("." + name, StringComparison.Ordinal))
                    && row.TryGetProperty("status", out JsonElement status)
                    && string.Equals(status.Text("phase"), "running", StringComparison.OrdinalIgnoreCase))
                .OrderBy(row => row.Number("index")),
        ];
        if (running.Length == 0)
            throw new CommandFailure(
                $"No running allocation of '{name}'. 'flyball ps -a' lists them.", ExitCodes.NotFound);
        return running[0].Text("id")!;
    }
}
