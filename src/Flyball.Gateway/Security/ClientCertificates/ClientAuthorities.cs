using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Flyball.Gateway.Security.ClientCertificates;

/// <summary>
/// The authorities that may have issued a route's client certificates. A certificate has to lead to one of them by
/// signatures (RFC 5280 §6), be in its time, and be for clients where it says what it is for. Revocation is not looked
/// up: certificates of clients are to be short-lived.
/// </summary>
internal sealed class ClientAuthorities
{
    private const string ForClients = "1.3.6.1.5.5.7.3.2";

    private readonly X509Certificate2Collection roots;

    private ClientAuthorities(X509Certificate2Collection roots) => this.roots = roots;

    /// <summary>Their names, so that clients know which of their certificates to show.</summary>
    public X509Certificate2Collection Roots => roots;

    /// <summary>Null when the text holds no certificate.</summary>
    public static ClientAuthorities? Parse(string pem)
    {
        var roots = new X509Certificate2Collection();
        try
        {
            roots.ImportFromPem(pem);
        }
        catch (CryptographicException)
        {
            return null;
        }

        return roots.Count > 0 ? new ClientAuthorities(roots) : null;
    }

    public ClientVerdict Judge(X509Certificate2 certificate, X509Certificate2Collection between, DateTimeOffset now)
    {
        using var chain = new X509Chain();
        X509ChainPolicy policy = chain.ChainPolicy;
        policy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        policy.CustomTrustStore.AddRange(roots);
        policy.ExtraStore.AddRange(between);
        policy.RevocationMode = X509RevocationMode.NoCheck;
        policy.DisableCertificateDownloads = true;
        policy.VerificationTimeIgnored = false;
        policy.VerificationTime = now.UtcDateTime;
        policy.ApplicationPolicy.Add(new Oid(ForClients));
        bool isGood = chain.Build(certificate);
        DateTimeOffset until = Until(chain, now);
        foreach (X509ChainElement element in chain.ChainElements) element.Certificate.Dispose();
        if (!isGood) return new ClientVerdict(ClientStanding.Bad, Why(chain)) { Until = until };
        string subject = HeaderText.Ascii(certificate.Subject);
        return new ClientVerdict(ClientStanding.Good, "") { Subject = subject, Until = until };
    }

    /// <summary>The first moment at which the verdict may be another one.</summary>
    private static DateTimeOffset Until(X509Chain chain, DateTimeOffset now)
    {
        DateTimeOffset until = DateTimeOffset.MaxValue;
        foreach (X509ChainElement element in chain.ChainElements)
        {
            foreach (DateTime edge in new[] { element.Certificate.NotBefore, element.Certificate.NotAfter })
            {
                DateTimeOffset at = edge.ToUniversalTime();
                if (at > now && at < until) until = at;
            }
        }

        return until;
    }

    private static string Why(X509Chain chain)
    {
        X509ChainStatusFlags all = X509ChainStatusFlags.NoError;
        foreach (X509ChainStatus status in chain.ChainStatus) all |= status.Status;
        if (all.HasFlag(X509ChainStatusFlags.NotTimeValid)) return "it is not good at this time";
        if (all.HasFlag(X509ChainStatusFlags.NotValidForUsage)) return "it is not for clients";
        return "no authority of this route has issued it";
    }
}
