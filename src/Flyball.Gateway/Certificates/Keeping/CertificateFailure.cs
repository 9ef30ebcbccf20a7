using Flyball.Contracts.Gateway.Security;

namespace Flyball.Gateway.Certificates.Keeping;

/// <summary>A certificate that could not be issued.</summary>
internal readonly record struct CertificateFailure(
    string Host, CertificateSource Source, string Problem, TimeSpan? RetryAfter);
