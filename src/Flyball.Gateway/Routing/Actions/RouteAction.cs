using Flyball.Contracts.Gateway;
using Flyball.Gateway.Routing.Paths;

namespace Flyball.Gateway.Routing.Actions;

/// <summary>What happens to a request that a route has let in.</summary>
internal abstract class RouteAction
{
    /// <summary>The event loops can do it.</summary>
    public abstract bool LoopsDo { get; }

    public static RouteAction Of(Route route, PathPattern path)
    {
        if (route.Redirect is { } redirect) return new RedirectAction(redirect, path);
        if (route.Answer is { } answer) return new AnswerAction(answer);
        return new ForwardAction(route, path);
    }
}
