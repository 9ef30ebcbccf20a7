using System.Text;
using Flyball.Apis.Api;
using Flyball.Apis.Usage;
using Flyball.Base.Resources;
using Flyball.Contracts;
using Flyball.Contracts.Identity;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Flyball.Apis.Pages;

/// <summary>
/// The catalogue as pages below <c>/apis</c>: complete without scripts, from this server only. They read; nothing can
/// be changed through them.
/// </summary>
internal sealed class ApiPages(
    ApiCatalogue catalogue, ConsumerUsage usage, IResourceReader reader, TimeProvider time)
{
    public void Map(IEndpointRouteBuilder endpoints)
    {
        RouteGroupBuilder pages = endpoints.MapGroup("/apis").RequireAuthorization(Policies.Read);
        pages.MapGet("", Of(ListAsync));
        pages.MapGet("/consumers", Of(ConsumersAsync));
        pages.MapGet("/{name}", Of(ApiAsync));
        pages.MapGet("/{name}/diff", Of(DiffAsync));
        pages.MapGet("/{name}/{version:int}", Of(ApiAsync));
    }

    private async Task<string> ListAsync(HttpContext context)
    {
        string query = context.Request.Query["q"].ToString();
        return string.IsNullOrWhiteSpace(query)
            ? ListPage.Of(catalogue.List())
            : ListPage.Of(await catalogue.SearchAsync(query, ApiCatalogue.HitsMax, context.RequestAborted));
    }

    private async Task<string> ApiAsync(HttpContext context)
    {
        ApiRow api = catalogue.Find(ApisApi.NameOf(context));
        int? number = ApisApi.NumberOf((string?)context.Request.RouteValues.GetValueOrDefault("version"));
        if (number is null && api.Latest is null) return ApiPage.Empty(api);
        VersionRow version = ApiCatalogue.Version(api, number);
        var reach = new ApiReach(
            ApiReach.RoutesTo(reader.Current, api.Workload),
            await usage.ReadAsync(
                ApisApi.RangeOf(context), row => row.Workload == api.Workload, context.RequestAborted));
        return await catalogue.ReadAsync(
            version, description => ApiPage.Of(api, version, description, reach), context.RequestAborted);
    }

    private async Task<string> DiffAsync(HttpContext context)
    {
        ApiRow api = catalogue.Find(ApisApi.NameOf(context));
        int to = ApiCatalogue.Version(api, ApisApi.NumberOf(context.Request.Query["to"])).Version;
        int? given = ApisApi.NumberOf(context.Request.Query["from"]);
        VersionRow? before = api.Versions.FirstOrDefault(row => row.Digest is not null && row.Version < to);
        int from = given ?? before?.Version ?? to;
        return DiffPage.Of(api, from, to, await catalogue.DiffAsync(api, from, to, context.RequestAborted));
    }

    private async Task<string> ConsumersAsync(HttpContext context)
    {
        string range = context.Request.Query["range"].ToString();
        UsageAnswer answer = await usage.ReadAsync(ApisApi.RangeOf(context), _ => true, context.RequestAborted);
        return ConsumersPage.Of(
            [.. reader.Current.List(Kinds.Consumer)], answer, range.Length == 0 ? "24h" : range, time.GetUtcNow());
    }

    private static RequestDelegate Of(Func<HttpContext, Task<string>> show) => async context =>
    {
        string page;
        try
        {
            page = await show(context);
        }
        catch (ApiRefusal refusal)
        {
            context.Response.StatusCode = refusal.Status;
            page = Frame.Of(refusal.Title, "", html =>
                html.Add($"<h1>{refusal.Title}</h1><div class=\"note bad\">{refusal.Message}</div>"));
        }

        context.Response.ContentType = "text/html; charset=utf-8";
        context.Response.Headers.ContentSecurityPolicy = Style.Policy;
        context.Response.Headers.XContentTypeOptions = "nosniff";
        context.Response.Headers["Referrer-Policy"] = "no-referrer";
        context.Response.Headers.CacheControl = "no-store";
        await context.Response.Body.WriteAsync(Encoding.UTF8.GetBytes(page), context.RequestAborted);
    };
}
