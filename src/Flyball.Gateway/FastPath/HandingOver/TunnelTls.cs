using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Flyball.Gateway.FastPath.Securing;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http.Features;

namespace Flyball.Gateway.FastPath.HandingOver;

/// <summary>
/// What the server asks a connection about its TLS: by this it knows that its requests are for https.
/// </summary>
internal sealed class TunnelTls(TunnelFacts facts) : ITlsConnectionFeature, ITlsHandshakeFeature
{
    /// <summary>None: connections whose host asks for one do not come this way.</summary>
    public X509Certificate2? ClientCertificate { get; set; }

    public SslProtocols Protocol => facts.Protocol;

    public TlsCipherSuite? NegotiatedCipherSuite => facts.Cipher;

    public string HostName => facts.Tls.ServerName;

    // The suite says all of these; the interface has them still.
#pragma warning disable SYSLIB0058
    CipherAlgorithmType ITlsHandshakeFeature.CipherAlgorithm => CipherAlgorithmType.None;

    int ITlsHandshakeFeature.CipherStrength => 0;

    HashAlgorithmType ITlsHandshakeFeature.HashAlgorithm => HashAlgorithmType.None;

    int ITlsHandshakeFeature.HashStrength => 0;

    ExchangeAlgorithmType ITlsHandshakeFeature.KeyExchangeAlgorithm => ExchangeAlgorithmType.None;

    int ITlsHandshakeFeature.KeyExchangeStrength => 0;
#pragma warning restore SYSLIB0058

    public Task<X509Certificate2?> GetClientCertificateAsync(CancellationToken cancellationToken) =>
        Task.FromResult(ClientCertificate);
}
