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

    /// <summary>True when all are healthy; false when a rollout was rolled back or is paused.</summary>
    public async Task<bool> WaitAsync(
        IReadOnlyCollection<string> names, Action<string> tell, CancellationToken cancellation)
    {
        while (true)
        {
            using JsonDocument answer = await client.GetAsync("/workloads", cancellation);
            int done = 0;
            bool failed = false;
            foreach (JsonElement row in answer.RootElement.Items().Where(row => names.Contains(row.Text("name"))))
            {
                string state = Words.State(row.Text("rollout"));
                long healthy = row.Number("healthy") ?? 0;
                long wanted = row.Number("replicas") ?? 0;
                Tell(row, state, healthy, wanted, tell);
                if (state is "rolled-back" or "paused") failed = true;
                // A rollout with no replicas stays open until there is one to prove it: nothing is left to wait for.
                bool isEmpty = wanted == 0 && (row.Number("running") ?? 0) == 0;
                if (row.Flag("stopped") || isEmpty || (healthy >= wanted && state is not "progressing" and not "rolling-back"))
                    done++;
            }

            if (failed || done >= names.Count) return !failed;
            await Task.Delay(Interval, TimeProvider.System, cancellation);
        }
    }

    private void Tell(JsonElement row, string state, long healthy, long wanted, Action<string> tell)
    {
        string name = row.Text("name")!;
        string line = string.Create(CultureInfo.InvariantCulture, $"  {name,-28} {healthy}/{wanted} healthy, {state}");
        if (row.Text("message") is { Length: > 0 } message && healthy < wanted) line += $": {message}";
        if (told.TryGetValue(name, out string? before) && before == line) return;
        told[name] = line;
        tell(line);
    }
}
