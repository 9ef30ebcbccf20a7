using Flyball.Base.Resources;
using Flyball.Contracts;
using Flyball.Contracts.Identity;
using Flyball.Gateway.Certificates.Authority;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Flyball.Gateway.Api;

/// <summary>
/// <c>GET /ca</c>: the platform's root certificate as PEM; <c>GET /certificates</c>: what was issued for routes, never
/// with a key.
/// </summary>
internal static class CertificateApi
{
    public static void Map(RouteGroupBuilder api)
    {
        api.MapGet("/ca", (IResourceReader store) => OwnIssuer.RootPem(store.Current) is { } pem
            ? Results.Text(pem, "application/x-pem-file")
            : Results.Problem("The authority is made when the server can write.", statusCode: 404, title: "None yet"))
            .RequireAuthorization(Policies.Read);
        api.MapGet("/certificates", (IResourceReader store) => Results.Json(
            store.Current.List(Kinds.Certificate).Select(one => CertificateView.Of(one.Value)).ToArray(),
            SecurityJson.Default.CertificateViewArray)).RequireAuthorization(Policies.Read);
    }
}
