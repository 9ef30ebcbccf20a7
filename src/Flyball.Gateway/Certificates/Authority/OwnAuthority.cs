using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Flyball.Gateway.Certificates.Authority;

/// <summary>
/// Makes the platform's root certificate, and with it certificates for hosts: ECDSA on P-256, for servers only. What it
/// signs is in its time and has a serial number of 128 random bits.
/// </summary>
internal static class OwnAuthority
{
    public static readonly TimeSpan RootLifetime = TimeSpan.FromDays(3650);

    public static readonly TimeSpan HostLifetime = TimeSpan.FromDays(90);

    /// <summary>Clocks of clients may be behind by this much.</summary>
    private static readonly TimeSpan Backdated = TimeSpan.FromHours(1);

    private const string ForServers = "1.3.6.1.5.5.7.3.1";

    public static AuthorityRecord CreateRoot(DateTimeOffset now)
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        // Two platforms' roots must not be taken for each other in a browser's list.
        string mark = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(4));
        var request = new CertificateRequest($"CN=Flyball {mark} root", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, true, 0, critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(
            X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, critical: true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, critical: false));
        using X509Certificate2 root = request.CreateSelfSigned(now - Backdated, now + RootLifetime);
        return new AuthorityRecord
        {
            CertificatePem = root.ExportCertificatePem() + "\n",
            KeyPem = key.ExportPkcs8PrivateKeyPem() + "\n",
        };
    }

    /// <param name="root">The authority.</param>
    /// <param name="host">A host, or <c>*.example.com</c>.</param>
    /// <param name="now">It begins a little before.</param>
    public static IssuedCertificate Issue(AuthorityRecord root, string host, DateTimeOffset now)
    {
        using X509Certificate2 issuer = X509Certificate2.CreateFromPem(root.CertificatePem, root.KeyPem);
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest(SubjectOf(host), key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(host);
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(
            X509KeyUsageFlags.DigitalSignature, critical: true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(ForServers)], critical: false));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, critical: false));
        request.CertificateExtensions.Add(
            X509AuthorityKeyIdentifierExtension.CreateFromCertificate(issuer, true, false));
        DateTimeOffset until = Min(now + HostLifetime, issuer.NotAfter.ToUniversalTime());
        using X509Certificate2 leaf = request.Create(
            issuer, now - Backdated, until, RandomNumberGenerator.GetBytes(16));
        return new IssuedCertificate(
            leaf.ExportCertificatePem() + "\n", key.ExportPkcs8PrivateKeyPem() + "\n",
            leaf.NotBefore.ToUniversalTime(), leaf.NotAfter.ToUniversalTime());
    }

    /// <summary>
    /// A common name has 64 characters at most (RFC 5280 appendix A); the names of hosts count anyway.
    /// </summary>
    private static string SubjectOf(string host) => host.Length <= 64 ? $"CN={host}" : "CN=flyball host";

    private static DateTimeOffset Min(DateTimeOffset one, DateTimeOffset other) => one < other ? one : other;
}
