using System.Collections.Frozen;

namespace Flyball.Gateway.Tls;

/// <summary>
/// Which certificate a client's host name (SNI, RFC 6066 §3) gets: one that names the host, else one with a wildcard
/// for its first label (RFC 9525 §6.3), else none. Of several for one name the one that ends last. Immutable.
/// </summary>
internal sealed class CertificateSnapshot
{
    public static readonly CertificateSnapshot Empty = new([], DateTimeOffset.MinValue);

    private readonly FrozenDictionary<string, ServerCertificate> exact;
    private readonly FrozenDictionary<string, ServerCertificate> wildcards;
    private readonly FrozenDictionary<string, ServerCertificate>.AlternateLookup<ReadOnlySpan<char>> wildcardsBySpan;

    /// <param name="all">Those that can be served.</param>
    /// <param name="now">One that is good now goes before one that is not.</param>
    public CertificateSnapshot(IReadOnlyList<ServerCertificate> all, DateTimeOffset now)
    {
        All = all;
        var named = new Dictionary<string, ServerCertificate>(StringComparer.OrdinalIgnoreCase);
        var wild = new Dictionary<string, ServerCertificate>(StringComparer.OrdinalIgnoreCase);
        // The better ones first: the first for a name stays.
        IEnumerable<ServerCertificate> ordered = all
            .OrderByDescending(one => one.IsGood(now)).ThenByDescending(one => one.NotAfter)
            .ThenBy(one => one.Leaf.Thumbprint, StringComparer.Ordinal);
        foreach (ServerCertificate certificate in ordered)
        {
            foreach (string host in certificate.Hosts)
            {
                if (host.StartsWith("*.", StringComparison.Ordinal)) wild.TryAdd(host[2..], certificate);
                else named.TryAdd(host, certificate);
            }
        }

        exact = named.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);
        wildcards = wild.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);
        wildcardsBySpan = wildcards.GetAlternateLookup<ReadOnlySpan<char>>();
    }

    public IReadOnlyList<ServerCertificate> All { get; }

    public ServerCertificate? Find(string host)
    {
        if (exact.TryGetValue(host, out ServerCertificate? certificate)) return certificate;
        int dot = host.IndexOf('.', StringComparison.Ordinal);
        if (dot <= 0) return null;
        return wildcardsBySpan.TryGetValue(host.AsSpan(dot + 1), out certificate) ? certificate : null;
    }

    /// <summary>Each name with the certificate that it gets, wildcards with their <c>*.</c>; for metrics.</summary>
    public IEnumerable<(string Host, ServerCertificate Certificate)> Names() =>
        exact.Select(pair => (pair.Key, pair.Value))
            .Concat(wildcards.Select(pair => ("*." + pair.Key, pair.Value)))
            .OrderBy(pair => pair.Item1, StringComparer.Ordinal);
}
