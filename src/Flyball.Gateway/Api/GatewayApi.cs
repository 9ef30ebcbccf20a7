using Flyball.Base.Resources;
using Flyball.Contracts;
using Flyball.Contracts.Identity;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Flyball.Gateway.Api;

/// <summary>Lists of routes and gateways.</summary>
internal static class GatewayApi
{
    public const string Root = "/api/flyball/v1";

    public static void Map(IEndpointRouteBuilder routes)
    {
        RouteGroupBuilder api = routes.MapGroup(Root).RequireAuthorization(Policies.Read);
        api.MapGet("/routes", (IResourceReader store) => Results.Json(
            store.Current.List(Kinds.Route).Select(RouteView.Of).ToArray(), GatewayJson.Default.RouteViewArray));
        api.MapGet("/gateways", (IResourceReader store) => Results.Json(
            store.Current.List(Kinds.GatewayStatus).Select(GatewayView.Of).ToArray(),
            GatewayJson.Default.GatewayViewArray));
    }
}
