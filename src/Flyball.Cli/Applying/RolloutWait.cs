using System.Globalization;
using System.Text.Json;
using Flyball.Cli.Connecting;
using Flyball.Cli.Output;

namespace Flyball.Cli.Applying;

/// <summary>Follows workloads until each runs what it should, and tells of each step.</summary>
internal sealed class RolloutWait
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(150);

    private readonly ApiClient client;
    private readonly Dictionary<string, string> told = new(StringComparer.Ordinal);

    public RolloutWait(ApiClient client) => this.client = client;

    /// <summary>
    /// True when all are as they should be, those that are no longer wanted gone; false when a rollout was rolled back
    /// or is paused.
    /// </summary>
    public async Task<bool> WaitAsync(
        IReadOnlyCollection<string> names, Action<string> tell, CancellationToken cancellation)
    {
        while (true)
        {
            using JsonDocument answer = await client.GetAsync("/workloads", cancellation);
            // One that is not listed was removed, with this change or by somebody else meanwhile.
            bool done = true;
            bool failed = false;
            foreach (JsonElement row in answer.RootElement.Items().Where(row => names.Contains(row.Text("name"))))
            {
                string state = row.Flag("stopped") ? "stopped" : Words.State(row.Text("rollout"));
                Tell(row, state, tell);
                if (state is "rolled-back" or "paused") failed = true;
                if (!IsDone(row, state)) done = false;
            }

            if (failed || done) return !failed;
            await Task.Delay(Interval, TimeProvider.System, cancellation);
        }
    }

    private static bool IsDone(JsonElement row, string state)
    {
        long wanted = row.Number("replicas") ?? 0;
        long running = row.Number("running") ?? 0;
        long stopping = row.Number("stopping") ?? 0;
        // A rollout with no replicas stays open until there is one to prove it: nothing is left to wait for.
        if (row.Flag("stopped") || wanted == 0) return running == 0 && stopping == 0;
        return (row.Number("healthy") ?? 0) >= wanted && state is not "progressing" and not "rolling-back";
    }

    private void Tell(JsonElement row, string state, Action<string> tell)
    {
        string name = row.Text("name")!;
        long healthy = row.Number("healthy") ?? 0;
        long wanted = row.Number("replicas") ?? 0;
        string line = string.Create(CultureInfo.InvariantCulture, $"  {name,-28} {healthy}/{wanted} healthy, {state}");
        if (state == "stopped") line += $": 'flyball start {name}' starts it";
        if (row.Text("message") is { Length: > 0 } message && healthy < wanted) line += $": {message}";
        if (told.TryGetValue(name, out string? before) && before == line) return;
        told[name] = line;
        tell(line);
    }
}
