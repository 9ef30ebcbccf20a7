using Flyball.Base.Resources;
using Flyball.Contracts;
using Flyball.Contracts.Gateway.Security;
using Microsoft.Extensions.Logging;

namespace Flyball.Gateway.Tls;

/// <summary>
/// The certificates of a gateway: those of its files, and those that the server has issued. Handshakes read the
/// snapshot
/// without a lock. A certificate that was replaced stays with the connections that began with it.
/// </summary>
internal sealed partial class CertificateTable
{
    private readonly CertificateFiles? files;
    private readonly TlsOptions options;
    private readonly TimeProvider time;
    private readonly TlsMetrics metrics;
    private readonly ILogger logger;
    private readonly Lock gate = new();
    private readonly SortedDictionary<string, Issued> issued = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, DateTimeOffset> warned = new(StringComparer.Ordinal);
    private volatile CertificateSnapshot snapshot = CertificateSnapshot.Empty;

    public CertificateTable(TlsOptions options, TimeProvider time, TlsMetrics metrics, ILogger<CertificateTable> logger)
    {
        this.options = options;
        this.time = time;
        this.metrics = metrics;
        this.logger = logger;
        files = options.Directory is { } directory ? new CertificateFiles(directory, logger) : null;
        metrics.Expiries = Expiries;
    }

    public CertificateSnapshot Snapshot => snapshot;

    /// <summary>Takes over what the store says.</summary>
    public void Apply(ResourceSnapshot resources)
    {
        lock (gate) ApplyIssued(resources);
    }

    /// <summary>Looks at the files; blocks on the disk.</summary>
    public void RefreshFiles()
    {
        lock (gate)
        {
            if (files?.Refresh() == true) Publish();
            else WarnOfEnds();
        }
    }

    private void ApplyIssued(ResourceSnapshot resources)
    {
        bool changed = false;
        var there = new SortedSet<string>(StringComparer.Ordinal);
        foreach (Resource<Certificate> resource in resources.List(Kinds.Certificate))
        {
            string name = resource.Key.Name;
            there.Add(name);
            if (issued.TryGetValue(name, out Issued? before) && before.Revision == resource.Revision) continue;
            Issued next = Load(resource, before);
            changed |= next.Certificate != before?.Certificate;
            issued[name] = next;
        }

        foreach (string gone in issued.Keys.Where(name => !there.Contains(name)).ToArray())
        {
            issued.Remove(gone);
            changed = true;
        }

        if (changed) Publish();
    }

    private Issued Load(Resource<Certificate> resource, Issued? before)
    {
        Certificate value = resource.Value;
        if (value.ChainPem is null || value.KeyPem is null) return new Issued(resource.Revision, null);
        // A failed renewal changes the resource and not the certificate.
        if (before?.Certificate is { } same && before.ChainPem == value.ChainPem)
            return before with { Revision = resource.Revision };
        string origin = value.Source == CertificateSource.Acme ? "acme" : "internal";
        (ServerCertificate? certificate, string? problem) =
            ServerCertificate.Load(value.ChainPem, value.KeyPem, origin, value.Source);
        if (certificate is not null) return new Issued(resource.Revision, certificate) { ChainPem = value.ChainPem };
        Log.NotUsed(logger, value.Host, problem!);
        return new Issued(resource.Revision, before?.Certificate) { ChainPem = before?.ChainPem };
    }

    private void Publish()
    {
        // Files go first: whoever puts a certificate there means it.
        ServerCertificate[] all =
        [
            .. files?.Current ?? [],
            .. issued.Values.Where(one => one.Certificate is not null).Select(one => one.Certificate!),
        ];
        if (all.Length > options.CertificatesMax)
        {
            metrics.Refused("certificates", all.Length - options.CertificatesMax);
            Log.TooMany(logger, all.Length, options.CertificatesMax);
            all = all[..options.CertificatesMax];
        }

        snapshot = new CertificateSnapshot(all, time.GetUtcNow());
        WarnOfEnds();
    }

    /// <summary>Once a day and certificate.</summary>
    private void WarnOfEnds()
    {
        DateTimeOffset now = time.GetUtcNow();
        foreach (ServerCertificate certificate in snapshot.All)
        {
            if (certificate.NotAfter - now > options.WarnBefore) continue;
            string name = certificate.Leaf.Thumbprint;
            if (warned.TryGetValue(name, out DateTimeOffset last) && now - last < TimeSpan.FromDays(1)) continue;
            warned[name] = now;
            string hosts = string.Join(", ", certificate.Hosts);
            if (certificate.NotAfter <= now) Log.Ended(logger, hosts, certificate.Origin, certificate.NotAfter);
            else Log.Ends(logger, hosts, certificate.Origin, certificate.NotAfter);
        }
    }

    private IEnumerable<(string Host, double Seconds)> Expiries()
    {
        DateTimeOffset now = time.GetUtcNow();
        foreach ((string host, ServerCertificate certificate) in snapshot.Names())
            yield return (host, (certificate.NotAfter - now).TotalSeconds);
    }

    private sealed record Issued(Revision Revision, ServerCertificate? Certificate)
    {
        public string? ChainPem { get; init; }
    }

    private static partial class Log
    {
        [LoggerMessage(3105, LogLevel.Error, "The certificate of {Host} from the server is not used: {Problem}")]
        public static partial void NotUsed(ILogger logger, string host, string problem);

        [LoggerMessage(3106, LogLevel.Error, "{Count} certificates are more than {Most}: the rest is not served")]
        public static partial void TooMany(ILogger logger, int count, int most);

        [LoggerMessage(3107, LogLevel.Warning, "The certificate for {Hosts} ({Origin}) ends at {End:u}")]
        public static partial void Ends(ILogger logger, string hosts, string origin, DateTimeOffset end);

        [LoggerMessage(3108, LogLevel.Error, "The certificate for {Hosts} ({Origin}) ended at {End:u}")]
        public static partial void Ended(ILogger logger, string hosts, string origin, DateTimeOffset end);
    }
}
