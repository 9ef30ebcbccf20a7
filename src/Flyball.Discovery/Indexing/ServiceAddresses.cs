using System.Collections.Concurrent;

namespace Flyball.Discovery.Indexing;

/// <summary>Which service is at an address, for reverse names: one of them, where there are several.</summary>
internal sealed class ServiceAddresses
{
    private readonly ConcurrentDictionary<string, (string Service, int Count)> services = new(StringComparer.Ordinal);

    public string? Find(string address) =>
        services.TryGetValue(address, out (string Service, int Count) found) ? found.Service : null;

    /// <summary>An instance came, changed or went; those at their node's address are found by the node.</summary>
    public void Changed(ServiceInstance? before, ServiceInstance? after)
    {
        if (before?.Address == after?.Address && before?.Service == after?.Service) return;
        if (after is { Address.Length: > 0 })
        {
            services.AddOrUpdate(
                after.Address, static (_, service) => (service, 1),
                static (_, known, service) => (service, known.Count + 1), after.Service);
        }

        if (before is not { Address.Length: > 0 }) return;
        (string Service, int Count) left = services.AddOrUpdate(
            before.Address, static _ => ("", 0), static (_, known) => (known.Service, known.Count - 1));
        if (left.Count <= 0) services.TryRemove(before.Address, out _);
    }
}
