using System.Net;
using Flyball.Gateway.Tls;

namespace Flyball.Settings;

/// <summary>How the gateway speaks TLS, and whom in front of it it believes.</summary>
internal sealed record GatewaySecurity(IPEndPoint? Listen, TlsOptions Tls, IReadOnlyList<string> TrustedProxies);
