using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Flyball.Contracts.Gateway.Security;
using Flyball.Gateway.FastPath.Securing;

namespace Flyball.Gateway.Tls;

/// <summary>
/// A certificate that can be served: with its key, its chain, and the hosts that it is for. Immutable.
/// </summary>
internal sealed class ServerCertificate
{
    private LoopCertificate? onLoops;

    private ServerCertificate(string origin, X509Certificate2 leaf, SslStreamCertificateContext context)
    {
        Origin = origin;
        Leaf = leaf;
        Context = context;
        Hosts = [.. HostsOf(leaf)];
    }

    /// <summary>Where it comes from, for logs: a file, or <c>internal</c> or <c>acme</c>.</summary>
    public string Origin { get; }

    /// <summary>Null for a file of the operator's.</summary>
    public CertificateSource? IssuedBy { get; private init; }

    public X509Certificate2 Leaf { get; }

    public SslStreamCertificateContext Context { get; }

    /// <summary>DNS names, lower case, some of them with a <c>*.</c> in front.</summary>
    public IReadOnlyList<string> Hosts { get; }

    /// <summary>How it is served to clients that are asked for nothing; made at its first handshake.</summary>
    public SslServerAuthenticationOptions? Plain { get; set; }

    /// <summary>How the loops serve it; null until a loop's first handshake with it.</summary>
    public LoopCertificate? OnLoops => Volatile.Read(ref onLoops);

    public DateTimeOffset NotAfter => Leaf.NotAfter.ToUniversalTime();

    public DateTimeOffset NotBefore => Leaf.NotBefore.ToUniversalTime();

    /// <summary>Of several loops that have made one at once, the first one's stays.</summary>
    public LoopCertificate ServeOnLoops(LoopCertificate made)
    {
        LoopCertificate? first = Interlocked.CompareExchange(ref onLoops, made, null);
        if (first is null) return made;
        made.Context?.Dispose();
        return first;
    }

    public bool IsGood(DateTimeOffset now) => NotBefore <= now && now < NotAfter;

    /// <summary>The certificate, or null and why it cannot be served; the words name no secret.</summary>
    /// <param name="chainPem">The certificate first, then those between it and the root.</param>
    /// <param name="keyPem">Its private key, not encrypted.</param>
    /// <param name="origin">For logs.</param>
    /// <param name="issuedBy">Who has issued it to the server; null for a file.</param>
    public static (ServerCertificate? Certificate, string? Problem) Load(
        string chainPem, string keyPem, string origin, CertificateSource? issuedBy = null)
    {
        var chain = new X509Certificate2Collection();
        try
        {
            chain.ImportFromPem(chainPem);
            if (chain.Count == 0) return (null, "it holds no certificate");
            using X509Certificate2 bare = chain[0];
            X509Certificate2 leaf = X509Certificate2.CreateFromPem(bare.ExportCertificatePem(), keyPem);
            chain.RemoveAt(0);
            // Offline: nothing is fetched for it while requests wait.
            var certificate = new ServerCertificate(
                origin, leaf, SslStreamCertificateContext.Create(leaf, chain, offline: true)) { IssuedBy = issuedBy };
            return certificate.Hosts.Count > 0 ? (certificate, null) : (null, "it names no host");
        }
        catch (CryptographicException)
        {
            // What the library says may quote what it was given.
            return (null, "it is no PEM certificate, or the key is not its key");
        }
        catch (ArgumentException)
        {
            return (null, "the key is no PEM key without a password");
        }
    }

    private static IEnumerable<string> HostsOf(X509Certificate2 leaf)
    {
        foreach (X509Extension extension in leaf.Extensions)
        {
            if (extension is not X509SubjectAlternativeNameExtension names) continue;
            foreach (string name in names.EnumerateDnsNames()) yield return name.ToLowerInvariant();
        }
    }
}
