using System.Collections.Immutable;
using System.Text.Json;
using Flyball.Base.Disk;
using Flyball.Base.Work;
using Flyball.Contracts;
using Flyball.Contracts.Agent;
using Flyball.Contracts.Agent.Wire;
using Flyball.Contracts.Discovery;
using Microsoft.Extensions.Logging;

namespace Flyball.Agent.ServiceLinks;

/// <summary>
/// The endpoints that this node's processes may call, as the server sent them; the last known ones are kept on disk, so
/// that links work after a restart of the agent while the server is away.
/// </summary>
internal sealed partial class LinkCatalogue(
    AgentOptions options, IDisk disk, IWorkers workers, TimeProvider time, ILogger<LinkCatalogue> log)
{
    /// <summary>Between writes to disk: a rollout changes endpoints many times a second.</summary>
    private static readonly TimeSpan SaveInterval = TimeSpan.FromSeconds(1);

    private readonly Lock gate = new();
    private readonly HashSet<string> listed = new(StringComparer.Ordinal);
    private volatile ImmutableSortedDictionary<string, Endpoint> endpoints = ImmutableSortedDictionary.Create<string,
        Endpoint>(StringComparer.Ordinal);
    private bool listing;
    private volatile bool unsaved;

    private string FilePath => Path.Combine(options.DataDirectory, "endpoints.json");

    public void Apply(EndpointChange change)
    {
        try
        {
            lock (gate)
            {
                if (listing) listed.Add(change.Name);
                endpoints = change.EndpointJson.IsEmpty
                    ? endpoints.Remove(change.Name)
                    : endpoints.SetItem(change.Name, Kinds.Endpoint.Decode(change.EndpointJson.Span));
                unsaved = true;
            }
        }
        catch (FormatException e)
        {
            Log.BadEndpoint(log, change.Name, e);
        }
    }

    /// <summary>
    /// A new stream lists everything again; what it does not name until <see cref="EndListing"/> is gone.
    /// </summary>
    public void BeginListing()
    {
        lock (gate)
        {
            listing = true;
            listed.Clear();
        }
    }

    public void EndListing()
    {
        lock (gate)
        {
            listing = false;
            endpoints = endpoints.RemoveRange(endpoints.Keys.Where(k => !listed.Contains(k)).ToArray());
            unsaved = true;
        }
    }

    /// <summary>The endpoints that take new connections, by name.</summary>
    public IReadOnlyList<Endpoint> Serving(string service, string port)
    {
        var found = new List<Endpoint>();
        foreach (Endpoint endpoint in endpoints.Values)
        {
            if (endpoint.Service == service && endpoint.Port == port
                && endpoint is { Draining: false, Health: HealthState.Passing, Protocol: "tcp" })
                found.Add(endpoint);
        }

        return found;
    }

    /// <summary>Every service and port of a project that has endpoints, in order.</summary>
    public IReadOnlyList<(string Service, string Port)> ServicesOf(string project)
    {
        var found = new SortedSet<(string, string)>();
        foreach (Endpoint endpoint in endpoints.Values)
        {
            if (endpoint.Protocol == "tcp" && endpoint.Service.StartsWith(project + ".", StringComparison.Ordinal))
                found.Add((endpoint.Service[(project.Length + 1)..], endpoint.Port));
        }

        return [.. found];
    }

    public async Task LoadAsync(CancellationToken cancellation) => await workers.RunAsync(Load, cancellation);

    public async Task RunAsync(CancellationToken cancellation)
    {
        using var timer = new PeriodicTimer(SaveInterval, time);
        while (await timer.WaitForNextTickAsync(cancellation))
        {
            if (unsaved) await workers.RunAsync(Save, cancellation);
        }
    }

    private void Load()
    {
        if (!disk.Exists(FilePath)) return;
        try
        {
            using IDiskFile file = disk.Open(FilePath, DiskOpenMode.Read);
            var bytes = new byte[file.Length];
            int read = file.Read(0, bytes);
            SortedDictionary<string, Endpoint>? known =
                JsonSerializer.Deserialize(bytes.AsSpan(0, read), AgentJson.Default.SortedDictionaryStringEndpoint);
            if (known is not null) endpoints = endpoints.SetItems(known);
        }
        catch (Exception e) when (e is JsonException or IOException)
        {
            // A cache: the server sends all of it again.
            Log.CannotLoad(log, e);
        }
    }

    private void Save()
    {
        unsaved = false;
        try
        {
            var known = new SortedDictionary<string, Endpoint>(endpoints, StringComparer.Ordinal);
            byte[] bytes = JsonSerializer.SerializeToUtf8Bytes(known, AgentJson.Default.SortedDictionaryStringEndpoint);
            using (IDiskFile file = disk.Open(FilePath + ".new", DiskOpenMode.Truncate)) file.Write(0, bytes);
            disk.Rename(FilePath + ".new", FilePath);
        }
        catch (IOException e)
        {
            unsaved = true;
            Log.CannotSave(log, e);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(4300, LogLevel.Error, "The endpoint {Name} cannot be read")]
        public static partial void BadEndpoint(ILogger logger, string name, Exception error);

        [LoggerMessage(4301, LogLevel.Warning, "The endpoints kept on disk cannot be read; the server will send them")]
        public static partial void CannotLoad(ILogger logger, Exception error);

        [LoggerMessage(4302, LogLevel.Warning, "The endpoints cannot be kept on disk")]
        public static partial void CannotSave(ILogger logger, Exception error);
    }
}
