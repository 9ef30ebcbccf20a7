using System.Text.Json;

namespace Flyball.Metrics.Scraping.Discovery;

/// <summary>The queries of one Consul source that are open at the moment, and what they said last.</summary>
internal sealed class ConsulWatch(
    ConsulSource source, ConsulClient client, Action<IReadOnlyList<TargetGroup>> publish, DiscoveryRuntime runtime)
    : IAsyncDisposable
{
    private static readonly TimeSpan LeastDelay = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan RetryDelay = TimeSpan.FromSeconds(15);

    private readonly Lock _gate = new();
    private readonly SortedDictionary<string, TargetGroup> _groups = new(StringComparer.Ordinal);
    private readonly Dictionary<string, (CancellationTokenSource Stop, Task Task)> _services =
        new(StringComparer.Ordinal);

    public async Task RunAsync(CancellationToken cancellation)
    {
        long index = 0;
        while (true)
        {
            ConsulAnswer answer = await client.ServicesAsync(index, runtime.Time, cancellation);
            if (answer.Json is { } json)
            {
                using (json) await FollowAsync(Wanted(json), cancellation);
                index = Next(index, answer.Index);
            }
            else
            {
                runtime.Failed("Consul", answer.Problem);
            }

            await runtime.DelayAsync(answer.Json is null ? RetryDelay : Pause, cancellation);
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (string service in _services.Keys.ToList()) await ForgetAsync(service);
    }

    private TimeSpan Pause => source.RefreshInterval < LeastDelay ? source.RefreshInterval : LeastDelay;

    /// <summary>Consul may start over after a restore; then so must the query.</summary>
    private static long Next(long last, long index) => index < last ? 0 : index;

    private List<string> Wanted(JsonDocument json)
    {
        var names = new List<string>();
        if (json.RootElement.ValueKind != JsonValueKind.Object) return names;
        foreach (JsonProperty service in json.RootElement.EnumerateObject())
        {
            if (source.Services.Count > 0 && !source.Services.Contains(service.Name)) continue;
            HashSet<string> tags = service.Value.ValueKind == JsonValueKind.Array
                ? [.. service.Value.EnumerateArray().Select(tag => tag.ToString())]
                : [];
            if (source.Tags.All(tags.Contains)) names.Add(service.Name);
        }

        if (names.Count > ConsulSource.ServicesMax)
            runtime.Failed("Consul", $"of {names.Count} services, {ConsulSource.ServicesMax} are watched");
        return [.. names.Order(StringComparer.Ordinal).Take(ConsulSource.ServicesMax)];
    }

    private async Task FollowAsync(List<string> names, CancellationToken cancellation)
    {
        var wanted = names.ToHashSet(StringComparer.Ordinal);
        foreach (string gone in _services.Keys.Where(name => !wanted.Contains(name)).ToList()) await ForgetAsync(gone);
        foreach (string name in names)
        {
            if (_services.ContainsKey(name)) continue;
            var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
            _services.Add(name, (stop, WatchAsync(name, stop.Token)));
        }

        Publish();
    }

    private async Task ForgetAsync(string service)
    {
        (CancellationTokenSource stop, Task task) = _services[service];
        _services.Remove(service);
        await stop.CancelAsync();
        await task;
        stop.Dispose();
        lock (_gate) _groups.Remove(service);
    }

    private async Task WatchAsync(string service, CancellationToken cancellation)
    {
        long index = 0;
        try
        {
            while (true)
            {
                ConsulAnswer answer = await client.InstancesAsync(service, index, runtime.Time, cancellation);
                if (answer.Json is { } json)
                {
                    using (json)
                    {
                        TargetGroup group = ConsulTargets.GroupOf(service, json, source.TagSeparator);
                        lock (_gate) _groups[service] = group;
                    }

                    index = Next(index, answer.Index);
                    Publish();
                }
                else
                {
                    runtime.Failed($"Consul service {service}", answer.Problem);
                }

                await runtime.DelayAsync(answer.Json is null ? RetryDelay : Pause, cancellation);
            }
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
        }
    }

    private void Publish()
    {
        // Within the lock, so that an older list never overtakes a newer one.
        lock (_gate) publish([.. _groups.Values]);
    }
}
