using System.Collections.Frozen;
using Flyball.Contracts.Gateway.Security;

namespace Flyball.Gateway.Tls;

/// <summary>
/// Which certificate a client's host name (SNI, RFC 6066 §3) gets: one that names the host, else one with a wildcard
/// for its first label (RFC 9525 §6.3), else none. Of several for one name a file's goes before one that was issued,
/// ACME's before the platform's own, and then the one that ends last; a file's wildcard goes before an issued one that
/// names the host. Immutable.
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
            .OrderByDescending(one => one.IsGood(now)).ThenBy(Rank).ThenByDescending(one => one.NotAfter)
            .ThenBy(one => one.Leaf.Thumbprint, StringComparer.Ordinal);
        foreach (ServerCertificate certificate in ordered)
        {
            foreach (string host in certificate.Hosts)
            {
                if (host.StartsWith("*.", StringComparison.Ordinal)) wild.TryAdd(host[2..], certificate);
                else if (certificate.IssuedBy is null || !IsCoveredByFile(host, wild)) named.TryAdd(host, certificate);
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

    /// <summary>
    /// Routes, which any project may write, have certificates issued; files are the operator's word on a host.
    /// </summary>
    private static int Rank(ServerCertificate certificate) => certificate.IssuedBy switch
    {
        null => 0,
        CertificateSource.Acme => 1,
        _ => 2,
    };

    private static bool IsCoveredByFile(string host, Dictionary<string, ServerCertificate> better)
    {
        int dot = host.IndexOf('.', StringComparison.Ordinal);
        return dot > 0 && better.TryGetValue(host[(dot + 1)..], out ServerCertificate? wild) && wild.IssuedBy is null;
    }

    /// <summary>Each name with the certificate that it gets, wildcards with their <c>*.</c>; for metrics.</summary>
    public IEnumerable<(string Host, ServerCertificate Certificate)> Names() =>
        exact.Select(pair => (pair.Key, pair.Value))
            .Concat(wildcards.Select(pair => ("*." + pair.Key, pair.Value)))
            .OrderBy(pair => pair.Item1, StringComparer.Ordinal);
}
