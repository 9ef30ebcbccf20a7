using System.Net;
using System.Net.Sockets;
using Flyball.Discovery.Registrations;
using Flyball.Discovery.Sources;

namespace Flyball.Discovery.Sidecar.Using;

/// <summary>Makes places of the catalogue's instances; names are resolved.</summary>
internal sealed class InstancePlaces(TimeProvider time)
{
    private static readonly TimeSpan ResolveTimeout = TimeSpan.FromSeconds(2);

    private readonly Dictionary<string, string> resolved = new(StringComparer.Ordinal);

    /// <summary>Some instances are told by name: they are to be looked up again now and then.</summary>
    public bool HasNames => resolved.Count > 0;

    public async Task<BackEndPlace[]> OfAsync(
        IReadOnlyList<SourceInstance> instances, CancellationToken cancellation)
    {
        HashSet<string> names = [.. instances.Select(one => one.Address)
            .Where(address => !IPAddress.TryParse(address, out _))];
        foreach (string gone in resolved.Keys.Where(name => !names.Contains(name)).ToArray()) resolved.Remove(gone);
        foreach (string name in names) await ResolveAsync(name, cancellation);
        var places = new List<BackEndPlace>();
        foreach (SourceInstance one in instances)
        {
            string? address = names.Contains(one.Address) ? resolved.GetValueOrDefault(one.Address) : one.Address;
            if (address is null || one.Port == 0) continue;
            bool warns = one.Status == CheckStatus.Warning;
            places.Add(new BackEndPlace(
                address, one.Port, Math.Max(1, warns ? one.WeightWarning : one.Weight),
                one.Status == CheckStatus.Critical));
        }

        return [.. places.OrderBy(one => one.Address, StringComparer.Ordinal).ThenBy(one => one.Port)];
    }

    /// <summary>What cannot be resolved now stays what it was.</summary>
    private async Task ResolveAsync(string name, CancellationToken cancellation)
    {
        using var limit = new CancellationTokenSource(ResolveTimeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellation, limit.Token);
        try
        {
            IPAddress[] all = await System.Net.Dns.GetHostAddressesAsync(name, either.Token);
            if (all.Length > 0) resolved[name] = all.Order(Comparer<IPAddress>.Create(ByText)).First().ToString();
        }
        catch (Exception e) when (e is SocketException or ArgumentException)
        {
            resolved.TryAdd(name, "");
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            resolved.TryAdd(name, "");
        }

        if (resolved.GetValueOrDefault(name) == "") resolved.Remove(name);
    }

    /// <summary>Always the same of several.</summary>
    private static int ByText(IPAddress one, IPAddress other) =>
        string.CompareOrdinal(one.ToString(), other.ToString());
}
