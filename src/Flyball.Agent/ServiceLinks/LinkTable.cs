using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using Flyball.Agent.Drivers;
using Flyball.Base.Disk;
using Flyball.Contracts.Scheduling;
using Microsoft.Extensions.Logging;

namespace Flyball.Agent.ServiceLinks;

/// <summary>
/// The links of this node: one listener each, opened when a process that may use it starts, never moved (the table is
/// on disk, because tasks outlive the agent and keep the address in their environment).
/// </summary>
internal sealed partial class LinkTable(
    AgentOptions options, LinkCatalogue catalogue, IDisk disk, TimeProvider time, ILogger<LinkTable> log)
    : ILinkEnvironment, IAsyncDisposable
{
    private readonly Lock gate = new();
    private readonly SortedDictionary<(string Project, string Service, string Port), Link> links = [];
    private int cursor = options.LinkPortMin;

    private string FilePath => Path.Combine(options.DataDirectory, "links.json");

    /// <summary>Opens the links that tasks of an earlier agent still use.</summary>
    public void Load()
    {
        if (!disk.Exists(FilePath)) return;
        using IDiskFile file = disk.Open(FilePath, DiskOpenMode.Read);
        var bytes = new byte[file.Length];
        int read = file.Read(0, bytes);
        LinkAddress[] known = JsonSerializer.Deserialize(bytes.AsSpan(0, read), AgentJson.Default.LinkAddressArray)
            ?? [];
        lock (gate)
        {
            foreach (LinkAddress address in known)
            {
                if (TryOpen(address) is { } link) links[(address.Project, address.Service, address.Port)] = link;
                else Log.PortTaken(log, address.LocalPort, address.Service);
            }
        }
    }

    public void AddTo(SortedDictionary<string, string> environment, string project, IReadOnlyList<ServiceLink> wanted)
    {
        bool added = false;
        lock (gate)
        {
            var urls = new SortedSet<string>(StringComparer.Ordinal);
            foreach (ServiceLink link in wanted) Add(link.Service, link.Port, link.Scheme);
            foreach ((string service, string port) in catalogue.ServicesOf(project)) Add(service, port, "http");

            void Add(string service, string port, string scheme)
            {
                if (!links.TryGetValue((project, service, port), out Link? link))
                {
                    link = Open(project, service, port);
                    if (link is null) return;
                    added = true;
                }

                string url = string.Create(
                    CultureInfo.InvariantCulture, $"{scheme}://127.0.0.1:{link.Address.LocalPort}");
                environment.TryAdd($"services__{service}__{port}__0", url);
                string name = $"{PortVariables.Name(service)}_URL";
                if (urls.Add(name)) environment.TryAdd(name, url);
            }

            if (added) Save();
        }
    }

    public async ValueTask DisposeAsync()
    {
        Link[] all;
        lock (gate)
        {
            all = [.. links.Values];
            links.Clear();
        }

        foreach (Link link in all) await link.Forwarder.DisposeAsync();
    }

    private Link? Open(string project, string service, string port)
    {
        int count = options.LinkPortMax - options.LinkPortMin + 1;
        var used = new HashSet<int>(links.Values.Select(l => l.Address.LocalPort));
        for (int tried = 0; tried < count; tried++)
        {
            int local = cursor;
            cursor = cursor == options.LinkPortMax ? options.LinkPortMin : cursor + 1;
            if (used.Contains(local)) continue;
            if (TryOpen(new LinkAddress(project, service, port, local)) is not { } link) continue;
            links[(project, service, port)] = link;
            return link;
        }

        Log.NoPort(log, service);
        return null;
    }

    private Link? TryOpen(LinkAddress address)
    {
        var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            listener.Bind(new IPEndPoint(IPAddress.Loopback, address.LocalPort));
            listener.Listen(512);
        }
        catch (SocketException)
        {
            listener.Dispose();
            return null;
        }

        string service = WorkloadName.Of(address.Project, address.Service);
        return new Link(address, new LinkForwarder(
            listener, () => [.. catalogue.Serving(service, address.Port)
                .Select(e => new ForwardTarget(e.Address, e.PortNumber))],
            options.LinkConnectionsMax, time, log));
    }

    private void Save()
    {
        LinkAddress[] all = [.. links.Values.Select(l => l.Address)];
        using (IDiskFile file = disk.Open(FilePath + ".new", DiskOpenMode.Truncate))
        {
            file.Write(0, JsonSerializer.SerializeToUtf8Bytes(all, AgentJson.Default.LinkAddressArray));
            file.Flush();
        }

        disk.Rename(FilePath + ".new", FilePath);
        disk.SyncDirectory(options.DataDirectory);
    }

    private sealed record Link(LinkAddress Address, LinkForwarder Forwarder);

    private static partial class Log
    {
        [LoggerMessage(4310, LogLevel.Error,
            "The link port {Port} to {Service} is in use by another program; processes that use it must be restarted")]
        public static partial void PortTaken(ILogger logger, int port, string service);

        [LoggerMessage(4311, LogLevel.Error, "There is no free link port for {Service}")]
        public static partial void NoPort(ILogger logger, string service);
    }
}
