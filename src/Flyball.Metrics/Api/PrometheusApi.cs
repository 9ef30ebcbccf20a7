using Flyball.Contracts.Identity;
using Flyball.Metrics.Api.Answers;
using Flyball.Metrics.Api.Queries;
using Flyball.Metrics.RemoteWrite;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Flyball.Metrics.Api;

/// <summary>Prometheus' HTTP API under <c>/api/v1</c>, and once more under <c>/prometheus/api/v1</c>.</summary>
internal sealed class PrometheusApi(QueryApi queries, RemoteWriteApi write)
{
    private static readonly string[] Roots = ["", "/prometheus"];

    public void Map(IEndpointRouteBuilder endpoints)
    {
        foreach (string root in Roots)
        {
            RouteGroupBuilder api = endpoints.MapGroup(root + "/api/v1");
            Read(api, "/query", queries.InstantAsync, "GET", "POST");
            Read(api, "/query_range", queries.RangeAsync, "GET", "POST");
            api.MapPost("/write", (RequestDelegate)write.WriteAsync).RequireAuthorization(Policies.Write);
        }
    }

    private static void Read(RouteGroupBuilder api, string path, Func<HttpContext, Task> handle, params string[] methods) =>
        api.MapMethods(path, methods, ApiHandler.Of(handle)).RequireAuthorization(Policies.Read);
}
