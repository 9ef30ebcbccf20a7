using Flyball.Base.Resources;
using Flyball.Contracts;
using Flyball.Contracts.Identity;
using Flyball.Gateway.Explaining;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Flyball.Gateway.Api;

/// <summary>Lists of routes and gateways, and what a request would meet.</summary>
internal static class GatewayApi
{
    public const string Root = "/api/flyball/v1";

    public static void Map(IEndpointRouteBuilder routes)
    {
        RouteGroupBuilder api = routes.MapGroup(Root).RequireAuthorization(Policies.Read);
        var tester = new RouteTester(routes.ServiceProvider.GetRequiredService<TimeProvider>());
        api.MapGet("/routes", (IResourceReader store) => Results.Json(
            store.Current.List(Kinds.Route).Select(RouteView.Of).ToArray(), GatewayJson.Default.RouteViewArray));
        api.MapGet("/routes/test", (HttpContext context, IResourceReader store) => Test(context, tester, store));
        api.MapGet("/gateways", (IResourceReader store) => Results.Json(
            store.Current.List(Kinds.GatewayStatus).Select(GatewayView.Of).ToArray(),
            GatewayJson.Default.GatewayViewArray));
        CertificateApi.Map(api);
        ConsumerApi.Map(api, routes.ServiceProvider);
    }

    /// <summary><c>?url=…&amp;method=GET&amp;header=Name:%20value</c>, the last as often as wanted.</summary>
    private static IResult Test(HttpContext context, RouteTester tester, IResourceReader store)
    {
        IQueryCollection query = context.Request.Query;
        string? url = query["url"];
        if (string.IsNullOrEmpty(url))
            return Results.Problem("Give the request's URL as url=.", statusCode: StatusCodes.Status400BadRequest);
        try
        {
            var question = RouteQuestion.Parse(
                url, query["method"] is [{ Length: > 0 } method, ..] ? method : "GET",
                [.. query["header"].OfType<string>()]);
            return Results.Json(tester.Test(store.Current, question), GatewayJson.Default.RouteTestView);
        }
        catch (FormatException e)
        {
            return Results.Problem(e.Message, statusCode: StatusCodes.Status400BadRequest);
        }
    }
}
