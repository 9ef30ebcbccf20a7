using System.Security.Cryptography.X509Certificates;
using Flyball.Gateway.Security.ClientCertificates;

namespace Flyball.Gateway.Tls;

/// <summary>
/// What is known of a client's connection over TLS; a feature of the connection. The client's certificate is judged by
/// the route that asks for it, when a request comes: the host that a client named for the handshake is not always the
/// one that it then asks for.
/// </summary>
internal sealed class TlsConnection(string serverName, bool asked)
{
    /// <summary>Verdicts that are kept; a connection whose requests ask for more is judged anew each time.</summary>
    private const int VerdictsMax = 8;

    private const int IntermediatesMax = 16;

    private readonly Lock gate = new();
    private readonly List<(ClientAuthorities By, ClientVerdict Verdict)> verdicts = [];
    private X509Certificate2? shown;
    private X509Certificate2Collection between = [];

    /// <summary>The host that the client named; empty for none.</summary>
    public string ServerName => serverName;

    /// <summary>The client was asked for a certificate.</summary>
    public bool WasAsked => asked;

    /// <summary>
    /// Takes over what the client showed: it holds the private key, everything else is still to be judged. False ends
    /// the handshake: nobody has so many certificates between his own and its authority.
    /// </summary>
    public bool Show(X509Certificate2? certificate, X509Certificate2Collection intermediates)
    {
        if (intermediates.Count > IntermediatesMax) return false;
        shown = certificate;
        between = [.. intermediates];
        return true;
    }

    public ClientVerdict Judge(ClientAuthorities authorities, DateTimeOffset now)
    {
        if (shown is null) return asked ? ClientVerdict.NoneShown : ClientVerdict.NotAsked;
        lock (gate)
        {
            foreach ((ClientAuthorities by, ClientVerdict known) in verdicts)
            {
                if (by == authorities && known.HoldsAt(now)) return known;
            }

            ClientVerdict verdict = authorities.Judge(shown, between, now);
            verdicts.RemoveAll(one => one.By == authorities);
            if (verdicts.Count < VerdictsMax) verdicts.Add((authorities, verdict));
            return verdict;
        }
    }
}
