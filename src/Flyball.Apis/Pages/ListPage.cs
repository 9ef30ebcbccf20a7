using Flyball.Apis.Api;
using Flyball.Apis.Searching;

namespace Flyball.Apis.Pages;

/// <summary>All documented services, or what a search found.</summary>
internal static class ListPage
{
    public static string Of(IReadOnlyList<ApiRow> apis) => Frame.Of("APIs", "", page =>
    {
        int documented = apis.Count(api => api.Latest is not null);
        page.Add($"""
            <h1>APIs</h1>
            <p class="soft">{Amounts.Count(documented, "service describes its", "services describe their")}
            interface with OpenAPI.</p>
            """);
        if (apis.Count == 0)
            page.Add($"""
                <div class="note">No service says where its document is. In its Compose file:
                <p class="mono">x-api: &#123; openapi: ./openapi.yaml &#125;</p> or, where the service itself serves it,
                <p class="mono">x-api: &#123; path: /openapi.json &#125;</p></div>
                """);
        page.Add($"<div class=\"cards\">");
        foreach (ApiRow api in apis.TakeWhile(_ => !page.IsFull)) Card(page, api);
        page.Add($"</div>");
    });

    public static string Of(SearchAnswer answer) => Frame.Of("Search", answer.Query, page =>
    {
        page.Add($"""
            <h1>Search</h1><p class="soft">{Amounts.Count(answer.Total, "place has", "places have")}
            “{answer.Query}”
            """);
        if (answer.Hits.Count < answer.Total) page.Add($"; the first {answer.Hits.Count} of them");
        page.Add($".</p>");
        foreach (IGrouping<string, SearchHit> hits in answer.Hits.GroupBy(hit => hit.Workload, StringComparer.Ordinal))
        {
            page.Add($"<h2><a href=\"{Links.Api(hits.Key)}\">{hits.Key}</a></h2>");
            foreach (SearchHit hit in hits.TakeWhile(_ => !page.IsFull)) Hit(page, hit);
        }
    });

    private static void Card(Html page, ApiRow api)
    {
        page.Add($"""
            <a class="card" href="{Links.Api(api.Workload)}"><strong>{api.Latest?.Title ?? api.Workload}</strong>
            <span class="soft mono">{api.Workload}</span>
            """);
        if (api.Latest is { } latest)
            page.Add($"""
                <p>{Amounts.Count(latest.Operations, "operation", "operations")},
                {Amounts.Count(latest.Schemas, "schema", "schemas")}</p>
                <span class="pill on">v{latest.ApiVersion ?? ""}</span>
                <span class="pill">version {latest.Version}</span>
                <span class="pill">{latest.Specification ?? ""}</span>
                """);
        if (api.Problem is { } problem) page.Add($"<p><span class=\"must\">!</span> {problem}</p>");
        else if (api.Latest is null) page.Add($"<p class=\"soft\">Its document has not come in yet.</p>");
        page.Add($"</a>");
    }

    private static void Hit(Html page, SearchHit hit)
    {
        string link = Links.Version(hit.Workload, hit.Version);
        string[] parts = hit.Name.Split(' ', 2);
        if (hit.Kind == "operation")
            page.Add($"""
                <p><a href="{link}#{Anchors.Operation(parts[0], parts[1])}">
                <span class="verb {parts[0]}">{parts[0]}</span> <span class="mono">{parts[1]}</span>
                </a> <span class="soft">{hit.Summary}</span></p>
                """);
        else
            page.Add($"""
                <p><span class="pill">{hit.Kind}</span> <a
                href="{link}{(hit.Kind == "schema" ? "#" + Anchors.Schema(hit.Name) : "")}">{hit.Name}</a> <span
                class="soft">{hit.Summary}</span></p>
                """);
    }
}
