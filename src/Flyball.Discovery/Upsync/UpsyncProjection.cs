using System.Globalization;
using Flyball.Discovery.Indexing;
using Flyball.Discovery.Registrations;

namespace Flyball.Discovery.Upsync;

/// <summary>
/// The catalogue as nginx' upsync module reads it: keys <c>upstreams/SERVICE/IP:port</c>, and the tags that it looks
/// for in catalogue entries. Nothing is stored; a key that a client wrote itself at the same place overrules.
/// </summary>
internal static class UpsyncProjection
{
    public const string Root = "upstreams/";

    /// <summary>
    /// The service whose instances are among the keys that begin so, by its whole name; null for none.
    /// </summary>
    public static string? ServiceOf(string key)
    {
        if (!key.StartsWith(Root, StringComparison.Ordinal)) return null;
        int slash = key.IndexOf('/', Root.Length);
        string name = slash < 0 ? key[Root.Length..] : key[Root.Length..slash];
        return name.Length > 0 ? name : null;
    }

    /// <summary>The service's keys that begin with <paramref name="prefix"/>, in order.</summary>
    public static IReadOnlyList<ProjectedKey> Keys(CatalogueIndex index, string service, string prefix)
    {
        if (index.Find(service) is not { } entry) return [];
        var keys = new SortedDictionary<string, ProjectedKey>(StringComparer.Ordinal);
        foreach (ServiceInstance instance in entry.Instances)
        {
            if (UpsyncPeer.Of(instance) is not { } peer) continue;
            string key = $"{Root}{service}/{peer.Address}";
            if (!key.StartsWith(prefix, StringComparison.Ordinal)) continue;
            // Of two at one address the one that serves.
            if (keys.TryGetValue(key, out ProjectedKey? known) && !known.Peer.IsDown) continue;
            keys[key] = new ProjectedKey(key, peer, instance.CreateIndex, instance.ModifyIndex);
        }

        return [.. keys.Values];
    }

    /// <summary>The instance's tags, with its weight and whether it is down where they do not say so already.</summary>
    public static IReadOnlyList<string> Tags(ServiceInstance instance)
    {
        var tags = new List<string>(instance.Tags);
        int weight = instance.Status == CheckStatus.Warning ? instance.WeightWarning : instance.WeightPassing;
        if (weight > 1 && !tags.Exists(tag => tag.StartsWith("weight=", StringComparison.Ordinal)))
            tags.Add(string.Create(CultureInfo.InvariantCulture, $"weight={weight}"));
        if (instance.Status == CheckStatus.Critical && !tags.Contains("down")) tags.Add("down");
        return tags;
    }
}
