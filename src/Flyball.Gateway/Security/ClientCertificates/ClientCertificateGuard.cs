using Flyball.Contracts.Gateway.Security;
using Flyball.Gateway.Forwarding;
using Flyball.Gateway.Guarding;
using Flyball.Gateway.Routing.Conditions;

namespace Flyball.Gateway.Security.ClientCertificates;

/// <summary>
/// Asks for a client's certificate and tells the back end whose it is. Authorities that cannot be read let nobody in.
/// </summary>
internal sealed class ClientCertificateGuard(RouteClientCertificates wanted, TimeProvider time) : IRouteGuard
{
    private readonly ClientAuthorities? authorities = ClientAuthorities.Parse(wanted.AuthoritiesPem);

    public string Name => "client-certificate";

    public bool LoopsDo => true;

    public GuardRefusal? Check<TFacts>(in TFacts facts, Passage passage)
        where TFacts : IRequestFacts, allows ref struct
    {
        if (authorities is null) return Refuse("The route's authorities cannot be read.");
        if (facts.Tls is not { } tls)
            return wanted.Required ? Refuse("Connect with TLS and a certificate.") : null;
        ClientVerdict verdict = tls.Judge(authorities, time.GetUtcNow());
        switch (verdict.Standing)
        {
            case ClientStanding.Good:
                passage.Tell(PassageHeaders.CertificateSubject, verdict.Subject ?? "");
                return null;
            case ClientStanding.Bad:
                return Refuse($"The certificate is not taken: {verdict.Detail}.");
            case ClientStanding.NotAsked:
                // The connection began for another host, whose routes ask for none.
                return new GuardRefusal(Refusal.Misdirected, "Make a new connection for this host.");
            default:
                return wanted.Required ? Refuse("Show a certificate of an authority that this route knows.") : null;
        }
    }

    private static GuardRefusal Refuse(string detail) => new(Refusal.ClientCertificate, detail);
}
