using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Flyball.Apis.Searching;
using Flyball.Apis.Usage;
using Flyball.Contracts.Identity;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Flyball.Apis.Api;

/// <summary>
/// <c>GET /apis</c>, <c>/apis/NAME</c>, <c>/apis/NAME/versions/N</c> and its <c>/document</c>,
/// <c>/apis/NAME/diff?from=&amp;to=</c>, <c>/apis/search?q=</c> and <c>/consumers/usage?range=24h</c>.
/// </summary>
internal sealed class ApisApi(ApiCatalogue catalogue, ConsumerUsage usage)
{
    public const string Root = "/api/flyball/v1";

    public void Map(IEndpointRouteBuilder endpoints)
    {
        RouteGroupBuilder api = endpoints.MapGroup(Root).RequireAuthorization(Policies.Read);
        api.MapGet("/apis", Of(context => OkAsync(context, catalogue.List(), ApisJson.Default.IReadOnlyListApiRow)));
        api.MapGet("/apis/search", Of(SearchAsync));
        api.MapGet("/apis/{name}", Of(context =>
            OkAsync(context, catalogue.Find(NameOf(context)), ApisJson.Default.ApiRow)));
        api.MapGet("/apis/{name}/versions/{version}", Of(VersionAsync));
        api.MapGet("/apis/{name}/versions/{version}/document", Of(DocumentAsync));
        api.MapGet("/apis/{name}/diff", Of(DiffAsync));
        api.MapGet("/consumers/usage", Of(UsageAsync));
    }

    public static string NameOf(HttpContext context) => (string)context.Request.RouteValues["name"]!;

    /// <summary>A version's number; <c>latest</c>, or nothing, is the newest.</summary>
    public static int? NumberOf(string? text) => text is null or "" or "latest" ? null
        : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int number) ? number
        : throw ApiRefusal.Invalid($"'{text}' is no number of a version.");

    public static TimeSpan RangeOf(HttpContext context)
    {
        string text = context.Request.Query["range"].ToString();
        if (text.Length == 0) return ConsumerUsage.RangeDefault;
        return RangeText.Parse(text)
            ?? throw ApiRefusal.Invalid($"range: '{text}' is no time such as 30m, 24h or 7d, from 1m to 90d.");
    }

    private async Task SearchAsync(HttpContext context)
    {
        string text = context.Request.Query["q"].ToString();
        if (string.IsNullOrWhiteSpace(text)) throw ApiRefusal.Invalid("Give the words to look for as q=.");
        if (text.Length > ApiSearch.LengthMax)
            throw ApiRefusal.Invalid($"q: more than {ApiSearch.LengthMax} letters.");
        int most = NumberOf(context.Request.Query["limit"]) ?? ApiCatalogue.HitsDefault;
        if (most is < 1 or > ApiCatalogue.HitsMax)
            throw ApiRefusal.Invalid($"limit: from 1 to {ApiCatalogue.HitsMax}.");
        await OkAsync(
            context, await catalogue.SearchAsync(text, most, context.RequestAborted), ApisJson.Default.SearchAnswer);
    }

    private async Task VersionAsync(HttpContext context)
    {
        (ApiRow api, VersionRow version) = Chosen(context);
        VersionDetail detail = await catalogue.ReadAsync(
            version,
            description =>
            {
                ApiIndex index = ApiIndex.Of(description);
                return new VersionDetail(
                    api.Workload, version, description.Description,
                    [.. description.Servers.Select(server => server.Url)], index.Operations, index.Schemas);
            },
            context.RequestAborted);
        await OkAsync(context, detail, ApisJson.Default.VersionDetail);
    }

    /// <summary>What a service wrote is never shown as a page of this address: it is handed out as a file.</summary>
    private async Task DocumentAsync(HttpContext context)
    {
        (ApiRow api, VersionRow version) = Chosen(context);
        byte[] bytes = await catalogue.BytesAsync(version, context.RequestAborted);
        bool isJson = bytes.AsSpan().TrimStart(" \t\r\n\uFEFF"u8).StartsWith("{"u8);
        context.Response.ContentType = isJson ? "application/json" : "application/yaml";
        context.Response.ContentLength = bytes.Length;
        context.Response.Headers.XContentTypeOptions = "nosniff";
        context.Response.Headers.ContentSecurityPolicy = "sandbox; default-src 'none'";
        context.Response.Headers.ContentDisposition =
            $"attachment; filename=\"{api.Workload}-{version.Version}.{(isJson ? "json" : "yaml")}\"";
        await context.Response.Body.WriteAsync(bytes, context.RequestAborted);
    }

    private async Task DiffAsync(HttpContext context)
    {
        IQueryCollection query = context.Request.Query;
        DiffAnswer answer = await catalogue.DiffAsync(
            catalogue.Find(NameOf(context)), NumberOf(query["from"]), NumberOf(query["to"]), context.RequestAborted);
        await OkAsync(context, answer, ApisJson.Default.DiffAnswer);
    }

    private async Task UsageAsync(HttpContext context)
    {
        string consumer = context.Request.Query["consumer"].ToString();
        string workload = context.Request.Query["workload"].ToString();
        UsageAnswer answer = await usage.ReadAsync(
            RangeOf(context),
            row => (consumer.Length == 0 || row.Consumer == consumer)
                && (workload.Length == 0 || row.Workload == workload),
            context.RequestAborted);
        if (answer.Problem is { } problem) throw new ApiRefusal(503, "Not available now", problem);
        await OkAsync(context, answer, ApisJson.Default.UsageAnswer);
    }

    private (ApiRow Api, VersionRow Version) Chosen(HttpContext context)
    {
        ApiRow api = catalogue.Find(NameOf(context));
        return (api, ApiCatalogue.Version(api, NumberOf((string?)context.Request.RouteValues["version"])));
    }

    private static RequestDelegate Of(Func<HttpContext, Task> handle) => async context =>
    {
        try
        {
            await handle(context);
        }
        catch (ApiRefusal refusal) when (!context.Response.HasStarted)
        {
            await Results.Problem(refusal.Message, statusCode: refusal.Status, title: refusal.Title)
                .ExecuteAsync(context);
        }
    };

    private static Task OkAsync<T>(HttpContext context, T value, JsonTypeInfo<T> json)
    {
        context.Response.ContentType = "application/json";
        return JsonSerializer.SerializeAsync(context.Response.Body, value, json, context.RequestAborted);
    }
}
