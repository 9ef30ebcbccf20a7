using Microsoft.AspNetCore.Http;

namespace Flyball.Metrics.Intake;

/// <summary>
/// Whose series a request brings: the header <c>X-Scope-OrgID</c>, which Prometheus' remote write sends to stores for
/// many. It bounds how many series a tenant may have; everybody still sees all of them.
/// </summary>
internal static class TenantHeader
{
    private const string Name = "X-Scope-OrgID";
    private const int CharactersMax = 128;

    /// <summary>The tenant, empty without one; null after the request was refused.</summary>
    public static async ValueTask<string?> ReadAsync(HttpContext context)
    {
        string tenant = context.Request.Headers[Name].ToString();
        if (tenant.Length <= CharactersMax) return tenant;
        await IntakeAnswers.RefuseAsync(
            context, StatusCodes.Status400BadRequest, $"{Name} may have {CharactersMax} characters.");
        return null;
    }
}
