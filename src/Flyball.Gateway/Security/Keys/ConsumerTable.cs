using System.Collections.Frozen;
using System.Security.Cryptography;
using System.Text;
using Flyball.Base.Resources;
using Flyball.Contracts;
using Flyball.Contracts.Gateway.Security;

namespace Flyball.Gateway.Security.Keys;

/// <summary>The consumers as of one revision, by name and by their keys' hashes. Immutable.</summary>
internal sealed class ConsumerTable
{
    public static readonly ConsumerTable Empty = new([]);

    private readonly FrozenDictionary<string, KnownConsumer> byName;
    private readonly FrozenDictionary<UInt128, KnownKey> byKey;

    private ConsumerTable(IEnumerable<Resource<Consumer>> consumers)
    {
        var names = new Dictionary<string, KnownConsumer>(StringComparer.Ordinal);
        var keys = new Dictionary<UInt128, KnownKey>();
        foreach (Resource<Consumer> one in consumers)
        {
            var known = new KnownConsumer(one.Key.Name, one.Value);
            names[known.Name] = known;
            foreach (ConsumerKey key in one.Value.Keys)
            {
                if (KnownKey.TryMake(known, key) is { } good) keys[good.Short] = good;
            }
        }

        byName = names.ToFrozenDictionary(StringComparer.Ordinal);
        byKey = keys.ToFrozenDictionary();
    }

    public int Count => byName.Count;

    public static ConsumerTable Of(ResourceSnapshot snapshot) => new(snapshot.List(Kinds.Consumer));

    public KnownConsumer? Find(string name) => byName.GetValueOrDefault(name);

    /// <summary>Whose key it is; null when it is nobody's or has ended.</summary>
    public KnownKey? FindKey(ReadOnlySpan<byte> key, DateTimeOffset now)
    {
        if (key.Length is 0 or > ApiKey.LengthMax) return null;
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(key, hash);
        if (!byKey.TryGetValue(KnownKey.ShortOf(hash), out KnownKey? known)) return null;
        bool isSame = CryptographicOperations.FixedTimeEquals(hash, known.Hash);
        return isSame && !(known.EndsUnixMs <= now.ToUnixTimeMilliseconds()) ? known : null;
    }

    public KnownKey? FindKey(string key, DateTimeOffset now)
    {
        if (key.Length > ApiKey.LengthMax) return null;
        Span<byte> bytes = stackalloc byte[ApiKey.LengthMax * 3];
        return FindKey(bytes[..Encoding.UTF8.GetBytes(key, bytes)], now);
    }
}
