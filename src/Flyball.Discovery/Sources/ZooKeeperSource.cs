namespace Flyball.Discovery.Sources;

/// <summary>
/// Nodes of a ZooKeeper, <c>PATH/NAME/ID</c>: everything below the path is read and watched, and read again when a
/// watch fires, and at least once in <see cref="DiscoveryOptions.SourceRefresh"/>.
/// </summary>
internal sealed class ZooKeeperSource(DiscoverySourceOptions source, DiscoveryOptions options, TimeProvider time)
    : ISource
{
    private const int UsualPort = 2181;

    /// <summary>Of the session, which holds nothing: it only has to be noticed when the server is gone.</summary>
    private static readonly TimeSpan SessionTimeout = TimeSpan.FromSeconds(10);

    private readonly string path = Uri.UnescapeDataString(source.Address.AbsolutePath).TrimEnd('/');

    public async Task RunAsync(ISourceSink sink, CancellationToken cancellation)
    {
        using ZooKeeperSession session = await ZooKeeperSession.OpenAsync(
            source.Address.IdnHost, source.Address.Port > 0 ? source.Address.Port : UsualPort, SessionTimeout, time,
            cancellation);
        while (true)
        {
            // What fires while it is read is read again.
            session.HasChanged = false;
            await ReadAsync(session, sink, cancellation);
            await session.WaitAsync(options.SourceRefresh, cancellation);
        }
    }

    public void Dispose()
    {
        // A session is disposed with its run.
    }

    private async Task ReadAsync(ZooKeeperSession session, ISourceSink sink, CancellationToken cancellation)
    {
        string[] names = await session.ChildrenAsync(path.Length == 0 ? "/" : path, cancellation) ?? [];
        var services = new SortedDictionary<string, (List<SourceInstance> Instances, List<string> Unreadable)>(
            StringComparer.Ordinal);
        int count = 0;
        foreach (string name in names)
        {
            string[] ids = await session.ChildrenAsync($"{path}/{name}", cancellation) ?? [];
            if (ids.Length == 0) continue;
            count += ids.Length;
            if (count > options.SourceInstancesMax)
            {
                throw SourceException.Wrong(
                    $"{nameof(options.SourceInstancesMax)}: more than {options.SourceInstancesMax} are below {path}");
            }

            services[name] = await ReadServiceAsync(session, name, ids, cancellation);
        }

        await sink.NamesAsync(services.Keys.ToHashSet(StringComparer.Ordinal), cancellation);
        foreach ((string name, (List<SourceInstance> instances, List<string> unreadable)) in services)
            await sink.SeenAsync(name, instances, unreadable, cancellation);
    }

    private async Task<(List<SourceInstance> Instances, List<string> Unreadable)> ReadServiceAsync(
        ZooKeeperSession session, string name, string[] ids, CancellationToken cancellation)
    {
        var instances = new List<SourceInstance>();
        var unreadable = new List<string>();
        foreach (string id in ids)
        {
            // Null: it went between the two requests.
            if (await session.DataAsync($"{path}/{name}/{id}", cancellation) is not { } data) continue;
            if (InstanceValue.TryRead(id, data) is { } instance) instances.Add(instance);
            else unreadable.Add(id);
        }

        return (instances, unreadable);
    }
}
