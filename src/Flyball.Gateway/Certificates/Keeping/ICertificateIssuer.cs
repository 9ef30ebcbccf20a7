using Flyball.Base.Resources;
using Flyball.Contracts.Gateway.Security;
using Flyball.Gateway.Certificates.Acme;

namespace Flyball.Gateway.Certificates.Keeping;

/// <summary>Somebody who issues certificates.</summary>
internal interface ICertificateIssuer
{
    CertificateSource Source { get; }

    /// <exception cref="AcmeException">There is no certificate, and why.</exception>
    Task<IssuedCertificate> IssueAsync(string host, LeaseEpoch lease, CancellationToken cancellation);
}
