using System.Text.Json;

namespace Flyball.Tests.Harness;

/// <summary>An allocation as the API shows it, in what the tests look at.</summary>
internal sealed record Instance(
    string Id, string Workload, int Index, int Version, string Node, string Phase, string Health, string Handle,
    int Restarts, bool CrashLooping, string Message)
{
    public int ProcessId => int.Parse(Handle);

    public static Instance From(JsonElement row)
    {
        JsonElement status = row.TryGetProperty("status", out JsonElement found)
            && found.ValueKind == JsonValueKind.Object ? found : default;
        return new Instance(
            row.GetProperty("id").GetString()!,
            row.GetProperty("workload").GetString()!,
            row.GetProperty("index").GetInt32(),
            row.GetProperty("version").GetInt32(),
            row.GetProperty("node").GetString()!,
            Text(status, "phase"),
            Text(status, "health"),
            Text(status, "handle"),
            status.ValueKind == JsonValueKind.Object && status.TryGetProperty("restarts", out JsonElement restarts)
                ? restarts.GetInt32() : 0,
            status.ValueKind == JsonValueKind.Object && status.TryGetProperty("crashLooping", out JsonElement looping)
                && looping.GetBoolean(),
            status.ValueKind == JsonValueKind.Object && status.TryGetProperty("message", out JsonElement message)
                ? message.GetString() ?? "" : "");
    }

    private static string Text(JsonElement status, string name) =>
        status.ValueKind == JsonValueKind.Object && status.TryGetProperty(name, out JsonElement value)
            ? (name is "handle" ? value.GetString() : value.GetString()?.ToLowerInvariant()) ?? ""
            : "";
}
