namespace Flyball.Gateway.FastPath.Securing;

/// <summary>What the first bytes of a connection at the TLS door are.</summary>
internal enum HelloVerdict
{
    /// <summary>The beginning of a ClientHello.</summary>
    Incomplete,

    Complete,

    /// <summary>A ClientHello that is malformed, too long to look at, or of a form that is rare.</summary>
    Unusual,

    /// <summary>No handshake of TLS begins like this.</summary>
    NoTls,
}
