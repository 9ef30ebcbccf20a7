using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Flyball.Discovery.Sources;

/// <summary>What stands below a prefix: pure.</summary>
internal sealed class EtcdAnswer
{
    private readonly SortedDictionary<string, (List<SourceInstance> Instances, List<string> Unreadable)> services =
        new(StringComparer.Ordinal);

    private EtcdAnswer(long revision) => Revision = revision;

    public long Revision { get; }

    public int Count { get; private set; }

    public IReadOnlySet<string> Names => services.Keys.ToHashSet(StringComparer.Ordinal);

    public IReadOnlyList<SourceInstance> InstancesOf(string name) => services[name].Instances;

    public IReadOnlyCollection<string> UnreadableOf(string name) => services[name].Unreadable;

    /// <exception cref="SourceException">It is not etcd's answer.</exception>
    /// <exception cref="FormatException">A key is not base64.</exception>
    public static EtcdAnswer Read(JsonElement json, string prefix)
    {
        if (json.ValueKind != JsonValueKind.Object || !json.TryGetProperty("header", out JsonElement header)
            || header.ValueKind != JsonValueKind.Object || !header.TryGetProperty("revision", out JsonElement at)
            || at.ValueKind != JsonValueKind.String
            || !long.TryParse(at.GetString(), NumberStyles.None, CultureInfo.InvariantCulture, out long revision))
            throw SourceException.Wrong("/v3/kv/range is answered without a revision: is that an etcd?");
        var answer = new EtcdAnswer(revision);
        if (!json.TryGetProperty("kvs", out JsonElement kvs)) return answer;
        if (kvs.ValueKind != JsonValueKind.Array)
            throw SourceException.Wrong("/v3/kv/range is answered with something else than a list of keys.");
        foreach (JsonElement kv in kvs.EnumerateArray()) answer.Add(kv, prefix);
        return answer;
    }

    private void Add(JsonElement kv, string prefix)
    {
        string key = Encoding.UTF8.GetString(kv.GetProperty("key").GetBytesFromBase64());
        if (!key.StartsWith(prefix, StringComparison.Ordinal))
            throw SourceException.Wrong($"the key {key} was not asked for");
        Count++;
        string[] parts = key[prefix.Length..].Split('/', 2);
        // A key that belongs to no service is somebody else's.
        if (parts.Length < 2 || parts[0].Length == 0 || parts[1].Length == 0) return;
        if (!services.TryGetValue(parts[0], out (List<SourceInstance> Instances, List<string> Unreadable) service))
            services[parts[0]] = service = ([], []);
        byte[] value = kv.TryGetProperty("value", out JsonElement text) ? text.GetBytesFromBase64() : [];
        if (InstanceValue.TryRead(parts[1], value) is { } instance) service.Instances.Add(instance);
        else service.Unreadable.Add(parts[1]);
    }
}
