using System.Globalization;

namespace Flyball.Tests.Harness;

/// <summary>
/// The processes that a platform's agent started, found by the environment that the process driver gives them.
/// </summary>
internal static class TaskProcesses
{
    /// <summary>Process ids whose environment names an allocation, by allocation.</summary>
    public static IReadOnlyList<(int ProcessId, string Allocation)> All(string? underDirectory = null)
    {
        var found = new List<(int, string)>();
        foreach (string folder in Directory.EnumerateDirectories("/proc"))
        {
            if (!int.TryParse(Path.GetFileName(folder), CultureInfo.InvariantCulture, out int processId)) continue;
            try
            {
                string[] environment = File.ReadAllText($"/proc/{processId}/environ").Split('\0');
                string? allocation = Value(environment, "FLYBALL_ALLOCATION");
                if (allocation is null) continue;
                if (underDirectory is not null
                    && !environment.Any(entry => entry.Contains(underDirectory, StringComparison.Ordinal))) continue;
                found.Add((processId, allocation));
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // It ended while we looked.
            }
        }

        return found;
    }

    public static void KillAll(string underDirectory)
    {
        foreach ((int processId, _) in All(underDirectory))
        {
            try
            {
                using var process = System.Diagnostics.Process.GetProcessById(processId);
                process.Kill();
            }
            catch (ArgumentException)
            {
                // It ended by itself.
            }
        }
    }

    private static string? Value(string[] environment, string name) =>
        environment.FirstOrDefault(entry =>
            entry.StartsWith(name + "=", StringComparison.Ordinal))?[(name.Length + 1)..];
}
