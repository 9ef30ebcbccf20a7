using System.Net;
using Flyball.Contracts.Gateway;
using Flyball.Contracts.Gateway.Security;
using Flyball.Gateway.Limits;
using Flyball.Gateway.Routing;
using Flyball.Gateway.Security;
using Flyball.Gateway.Security.Addresses;
using Flyball.Gateway.Security.ClientCertificates;
using Flyball.Gateway.Security.Cors;
using Flyball.Gateway.Security.Jwt;
using Flyball.Gateway.Tls;

namespace Flyball.Gateway.Guarding;

/// <summary>
/// Makes the guards of routes. The order is fixed: first what costs nothing and needs no secret, then who it is, then
/// what is counted for each consumer.
/// </summary>
internal sealed class GuardSource : IGuardSource
{
    private readonly AuthParts auth;
    private readonly KeySets keySets;
    private readonly LimitTable limits;
    private readonly ClientCertificateHosts asking;
    private readonly int? httpsPort;

    public GuardSource(
        GatewayOptions options, AuthParts auth, KeySets keySets, LimitTable limits, ClientCertificateHosts asking)
    {
        this.auth = auth;
        this.keySets = keySets;
        this.limits = limits;
        this.asking = asking;
        httpsPort = options.Tls.PublicPort
            ?? options.Tls.Addresses.Select(address => (int?)IPEndPoint.Parse(address).Port).FirstOrDefault();
        Proxies = ProxiesOf(options);
    }

    public TrustedProxies? Proxies { get; }

    /// <summary>Null for none; the options have been checked.</summary>
    public static TrustedProxies? ProxiesOf(GatewayOptions options) =>
        options.TrustedProxies.Count > 0 && AddressSet.Parse(options.TrustedProxies, out _) is { } proxies
            ? new TrustedProxies(proxies)
            : null;

    public IReadOnlyList<IRouteGuard> Take(string name, Route route)
    {
        asking.Set(name, route.Tls?.Client is null ? null : RouteHost.Parse(route.Host));
        if (route.Listen is not null) return [];
        var guards = new List<IRouteGuard>();
        if (route.Tls is { } tls && (tls.Redirect || tls.Hsts is not null)) guards.Add(new HttpsGuard(tls, httpsPort));
        if (route.Addresses is { } addresses) guards.Add(new AddressGuard(addresses));
        if (route.HeaderBytesMax is { } bytesMax) guards.Add(new HeaderSizeGuard(bytesMax));
        if (route.Tls?.Client is { } client) guards.Add(new ClientCertificateGuard(client, auth.Time));
        if (route.Cors is { } cors) guards.Add(new CorsGuard(cors));
        RateLimitGuard[] counted =
            [.. (route.RateLimits ?? []).Select((limit, i) => new RateLimitGuard(name, i, limit, limits))];
        guards.AddRange(counted.Where(limit => !limit.IsOfConsumers));
        if (route.Auth is { } wanted) guards.Add(new AuthGuard(wanted, auth, JwtOf(wanted)));
        guards.AddRange(counted.Where(limit => limit.IsOfConsumers));
        return guards;
    }

    public void LetGo(RouteEntry route)
    {
        asking.Set(route.Name, null);
        foreach (IRouteGuard guard in route.Guards)
        {
            if (guard is AuthGuard { Jwt: { } jwt }) keySets.LetGo(jwt.Source);
        }
    }

    private JwtCheck? JwtOf(RouteAuth wanted) =>
        wanted.Jwt is { } jwt ? new JwtCheck(jwt, keySets.Take(jwt.KeySet)) : null;
}
