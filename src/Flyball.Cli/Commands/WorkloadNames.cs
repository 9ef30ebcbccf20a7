using System.Text.Json;
using Flyball.Cli.Connecting;

namespace Flyball.Cli.Commands;

/// <summary>Names of workloads on a command line.</summary>
internal static class WorkloadNames
{
    /// <summary>Asks for each before the first is touched, so that a mistyped one changes nothing.</summary>
    /// <exception cref="CommandFailure">One does not exist, or is not clear.</exception>
    public static async Task EnsureKnownAsync(
        ApiClient client, IReadOnlyCollection<string> names, CancellationToken cancellation)
    {
        // A single one is refused by the change itself.
        if (names.Count < 2) return;
        foreach (string name in names)
            using (JsonDocument _ = await client.GetAsync($"/workloads/{Uri.EscapeDataString(name)}", cancellation)) { }
    }
}
