using Flyball.Contracts.Gateway;
using Flyball.Gateway.Routing;
using Flyball.Gateway.Security.Addresses;

namespace Flyball.Gateway.Guarding;

/// <summary>Makes the guards of routes. Called by the routing table's writer.</summary>
internal interface IGuardSource
{
    /// <summary>Proxies whose word counts for whose request it is; null for none.</summary>
    TrustedProxies? Proxies { get; }

    /// <summary>The guards of a route, in the order in which they are asked; empty for a plain one.</summary>
    IReadOnlyList<IRouteGuard> Take(string name, Route route);

    /// <summary>The route is gone, or another one in its place.</summary>
    void LetGo(RouteEntry route);
}
