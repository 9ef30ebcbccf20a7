using System.Globalization;
using Flyball.Contracts.Gateway.Security;
using Flyball.Gateway.Forwarding;
using Flyball.Gateway.Guarding;
using Flyball.Gateway.Routing;
using Flyball.Gateway.Routing.Conditions;

namespace Flyball.Gateway.Security;

/// <summary>Sends clients without TLS to where there is, and tells those with it to stay (RFC 6797).</summary>
internal sealed class HttpsGuard(RouteTls tls, int? port) : IRouteGuard
{
    private const int HttpsPort = 443;

    private readonly string? stay = tls.Hsts is { } age
        ? "max-age=" + ((long)age.TotalSeconds).ToString(CultureInfo.InvariantCulture)
        : null;

    public string Name => "https";

    public bool LoopsDo => true;

    public GuardRefusal? Check<TFacts>(in TFacts facts, Passage passage)
        where TFacts : IRequestFacts, allows ref struct
    {
        if (facts.Tls is not null)
        {
            if (stay is not null) passage.Answer("Strict-Transport-Security", stay);
            return null;
        }

        if (!tls.Redirect) return null;
        if (port is not { } there)
            return new GuardRefusal(Refusal.NotWithoutTls, "This gateway has no TLS door.");
        (string host, string target) = facts.Address;
        string bare = RouteHost.Bare(host).ToString();
        if (bare.Length == 0) return new GuardRefusal(Refusal.NotWithoutTls, "Name the host.");
        string place = there == HttpsPort ? bare : string.Create(CultureInfo.InvariantCulture, $"{bare}:{there}");
        return new GuardRefusal(Refusal.HttpsOnly, $"Ask https://{place} instead.")
        {
            Headers = [new("Location", $"https://{place}{target}")],
        };
    }
}
