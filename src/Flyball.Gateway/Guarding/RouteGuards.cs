using Flyball.Gateway.Routing;
using Flyball.Gateway.Routing.Conditions;

namespace Flyball.Gateway.Guarding;

/// <summary>Asks a route's guards in their order; the same on both paths.</summary>
internal static class RouteGuards
{
    /// <summary>How the request fared; null for a route without guards.</summary>
    public static Passage? Check<TFacts>(RouteEntry route, in TFacts facts)
        where TFacts : IRequestFacts, allows ref struct
    {
        if (route.Guards.Length == 0) return null;
        var passage = new Passage { Client = route.Proxies is { } proxies ? proxies.ClientOf(facts) : facts.Client };
        foreach (IRouteGuard guard in route.Guards)
        {
            passage.Refusal = guard.Check(facts, passage);
            if (passage.Refusal is not null) break;
        }

        return passage;
    }
}
