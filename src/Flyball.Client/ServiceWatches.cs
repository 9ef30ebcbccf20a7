using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Flyball.Client;

/// <summary>One watch a service, shared by all who use it, ended when the last one leaves.</summary>
internal sealed class ServiceWatches : IDisposable
{
    private readonly FlyballDiscoveryOptions options;
    private readonly TimeProvider time;
    private readonly ILogger<ServiceWatches> logger;
    private readonly HttpClient client;
    private readonly Lock gate = new();
    private readonly Dictionary<string, ServiceWatch> watches = new(StringComparer.OrdinalIgnoreCase);

    public ServiceWatches(
        IOptions<FlyballDiscoveryOptions> options, TimeProvider time, ILogger<ServiceWatches> logger)
    {
        this.options = options.Value;
        this.time = time;
        this.logger = logger;
        // A client of its own: the application's defaults would ask the catalogue where the catalogue is.
        client = new HttpClient(new SocketsHttpHandler { ConnectTimeout = TimeSpan.FromSeconds(5) })
        {
            BaseAddress = this.options.Address,
            Timeout = Timeout.InfiniteTimeSpan,
        };
        if (this.options.Token is { Length: > 0 } token) client.DefaultRequestHeaders.Add("X-Consul-Token", token);
    }

    public bool Serves(string service) => options.Serves(service);

    public ServiceWatch Enter(string service)
    {
        lock (gate)
        {
            if (!watches.TryGetValue(service, out ServiceWatch? watch))
                watches[service] = watch = new ServiceWatch(service, client, options, time, logger);
            watch.Users++;
            return watch;
        }
    }

    public void Leave(ServiceWatch watch)
    {
        lock (gate)
        {
            if (--watch.Users > 0) return;
            watches.Remove(watch.Service);
        }

        watch.Dispose();
    }

    public void Dispose()
    {
        lock (gate)
        {
            foreach (ServiceWatch watch in watches.Values) watch.Dispose();
            watches.Clear();
        }

        client.Dispose();
    }
}
