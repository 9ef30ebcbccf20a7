using Flyball.Base.Resources;
using Flyball.Contracts;
using Flyball.Contracts.Agent;
using Flyball.Contracts.Identity;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Flyball.Agent.Sessions.Http;

/// <summary><c>GET /nodes</c> and <c>GET /usage</c>.</summary>
internal static class NodeRoutes
{
    public static void Map(IEndpointRouteBuilder api)
    {
        api.MapGet("/nodes", (IResourceReader reader) => Results.Json(
            reader.Current.List(Kinds.Node).Select(n => n.Value).ToArray(), AgentJson.Default.NodeArray))
                .RequireAuthorization(Policies.Read);
        api.MapGet("/usage", (IUsageView usage) => Results.Json(
            usage.Current.ToArray(), AgentJson.Default.AllocationUsageArray)).RequireAuthorization(Policies.Read);
    }
}
