namespace Flyball.Gateway.FastPath.Securing;

/// <summary>How the loops serve a certificate; without a context they do not, and the other path does.</summary>
internal sealed record LoopCertificate(SslContextHandle? Context);
