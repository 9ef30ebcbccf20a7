using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Flyball.Gateway.Tests.Tls;

/// <summary>An authority of the tests' own.</summary>
internal sealed class TestCertificates : IDisposable
{
    private readonly ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    public TestCertificates(string name = "CN=test authority")
    {
        var request = new CertificateRequest(name, key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, false));
        Root = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-100), DateTimeOffset.UtcNow.AddDays(100));
    }

    public X509Certificate2 Root { get; }

    public string RootPem => Root.ExportCertificatePem();

    /// <summary>A certificate for a host, as two PEM texts.</summary>
    public (string Chain, string Key) Server(string host, int fromDays = -1, int toDays = 30)
    {
        using ECDsa own = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using X509Certificate2 certificate = Issue("CN=server", own, "1.3.6.1.5.5.7.3.1", fromDays, toDays, host);
        return (certificate.ExportCertificatePem(), own.ExportPkcs8PrivateKeyPem());
    }

    /// <summary>A certificate of a client, with its key.</summary>
    public X509Certificate2 Client(
        string subject = "CN=alice, O=Shop", int fromDays = -1, int toDays = 30, string usage = "1.3.6.1.5.5.7.3.2")
    {
        using ECDsa own = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using X509Certificate2 certificate = Issue(subject, own, usage, fromDays, toDays, null);
        using X509Certificate2 both = certificate.CopyWithPrivateKey(own);
        return X509CertificateLoader.LoadPkcs12(both.Export(X509ContentType.Pkcs12), null);
    }

    /// <summary>A certificate of a client with so many between it and this authority, as it is sent.</summary>
    public SslStreamCertificateContext ClientBelow(int count)
    {
        var between = new X509Certificate2Collection();
        X509Certificate2 issuer = Root.HasPrivateKey ? Root : Root.CopyWithPrivateKey(key);
        for (int i = 0; i < count; i++)
        {
            using ECDsa own = ECDsa.Create(ECCurve.NamedCurves.nistP256);
            var request = new CertificateRequest($"CN=between {i}", own, HashAlgorithmName.SHA256);
            request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
            X509Certificate2 made = Sign(request, issuer).CopyWithPrivateKey(own);
            between.Add(made);
            issuer = made;
        }

        using ECDsa leaf = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var client = new CertificateRequest("CN=far below", leaf, HashAlgorithmName.SHA256);
        client.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.2")], false));
        using X509Certificate2 both = Sign(client, issuer).CopyWithPrivateKey(leaf);
        return SslStreamCertificateContext.Create(
            X509CertificateLoader.LoadPkcs12(both.Export(X509ContentType.Pkcs12), null), between, offline: true);
    }

    public void Dispose()
    {
        Root.Dispose();
        key.Dispose();
    }

    /// <summary>For as long as its issuer's, which may have been made a second before.</summary>
    private static X509Certificate2 Sign(CertificateRequest request, X509Certificate2 issuer) => request.Create(
        issuer, issuer.NotBefore, issuer.NotAfter, RandomNumberGenerator.GetBytes(8));

    private X509Certificate2 Issue(string subject, ECDsa own, string usage, int from, int to, string? host)
    {
        var request = new CertificateRequest(subject, own, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(usage)], false));
        if (host is not null)
        {
            var names = new SubjectAlternativeNameBuilder();
            names.AddDnsName(host);
            request.CertificateExtensions.Add(names.Build());
        }

        return request.Create(
            Root, DateTimeOffset.UtcNow.AddDays(from), DateTimeOffset.UtcNow.AddDays(to),
            RandomNumberGenerator.GetBytes(8));
    }
}
