using Flyball.Apis.Api;
using Flyball.Apis.Describing;
using Flyball.Contracts.Gateway;

namespace Flyball.Apis.Pages;

/// <summary>
/// One version of a service's API: what it is, how it is reached and by whom, and everything that it offers.
/// </summary>
internal static class ApiPage
{
    public static string Of(ApiRow api, VersionRow version, ApiDescription description, ApiReach reach) =>
        Frame.Of(description.Title, "", page =>
        {
            page.Add($"""
                <p class="soft"><a href="/apis">APIs</a> / <span class="mono">{api.Workload}</span></p>
                <h1>{description.Title}</h1><div class="bar"><span class="pill on">v{description.Version}</span>
                <span class="pill">version {version.Version} of {api.Workload}</span>
                <span class="pill">{description.Specification}</span>
                <a class="pill" href="{Links.Document(api.Workload, version.Version)}">document,
                {Amounts.Bytes(version.SizeBytes)}</a></div>
                """);
            if (api.Problem is { } problem) page.Add($"<div class=\"note bad\">{problem}</div>");
            if (description.Description.Length > 0) page.Add($"<p class=\"words\">{description.Description}</p>");
            Versions(page, api, version);
            Reach(page, description, reach);
            Operations(page, description);
            Schemas(page, description);
            if (page.IsFull) page.Add($"<div class=\"note\">The page ends here: the rest is in the document.</div>");
        });

    /// <summary>A service without a document.</summary>
    public static string Empty(ApiRow api) => Frame.Of(api.Workload, "", page =>
    {
        page.Add($"""
            <p class="soft"><a href="/apis">APIs</a> / <span class="mono">{api.Workload}</span></p>
            <h1>{api.Workload}</h1>
            """);
        if (api.Problem is { } problem) page.Add($"<div class=\"note bad\">{problem}</div>");
        else page.Add($"<div class=\"note\">Its document has not come in yet.</div>");
        page.Add($"<p class=\"soft\">from {api.Source ?? "nowhere"}</p>");
    });

    private static void Versions(Html page, ApiRow api, VersionRow shown)
    {
        VersionRow[] known = [.. api.Versions.Where(row => row.Digest is not null)];
        if (known.Length < 2) return;
        page.Add($"<h2>Versions</h2><div class=\"bar\">");
        foreach (VersionRow row in known)
            page.Add($"""
                <a class="pill {(row.Version == shown.Version ? "on" : "")}"
                href="{Links.Version(api.Workload, row.Version)}">{row.Version} · v{row.ApiVersion ?? ""}</a>
                """);
        page.Add($"</div>");
        DiffPage.Form(page, api, known.FirstOrDefault(row => row.Version < shown.Version)?.Version, shown.Version);
    }

    private static void Reach(Html page, ApiDescription description, ApiReach reach)
    {
        page.Add($"""
            <h2>How it is reached</h2><div class="scroll"><table><tr><th>route</th><th>asks for</th><th>lets in</th>
            </tr>
            """);
        foreach ((string name, Route route) in reach.Routes)
            page.Add($"""
                <tr><td><span class="mono">{(route.Host ?? "any host") + route.PathPrefix}</span><br>
                <span class="soft">{name}</span></td><td>{ApiReach.Asks(route)}</td>
                <td class="wrap">{ApiReach.LetsIn(route)}</td></tr>
                """);
        if (reach.Routes.Count == 0) page.Add($"<tr><td colspan=\"3\" class=\"soft\">No route leads to it.</td></tr>");
        page.Add($"</table></div>");
        if (description.Servers.Count > 0)
            page.Add($"""
                <p class="soft">Its document says:
                {string.Join(", ", description.Servers.Select(server => server.Url))}</p>
                """);
        page.Add($"<h2>Who uses it</h2>");
        UsageTable.Show(page, reach.Usage, showsWorkload: false);
    }

    private static void Operations(Html page, ApiDescription description)
    {
        page.Add($"<h2>Operations</h2>");
        var view = new OperationView(page, new SchemaTree(page, description), description);
        foreach (IGrouping<string, ApiOperation> tag in description.Operations
            .GroupBy(operation => operation.Tags.Count == 0 ? "" : operation.Tags[0], StringComparer.Ordinal))
        {
            if (tag.Key.Length > 0) page.Add($"<h3>{tag.Key}</h3>");
            foreach (ApiOperation operation in tag)
            {
                if (page.IsFull) return;
                view.Show(operation);
            }
        }
    }

    private static void Schemas(Html page, ApiDescription description)
    {
        if (description.Schemas.Count == 0 || page.IsFull) return;
        page.Add($"<h2>Schemas</h2>");
        var tree = new SchemaTree(page, description);
        foreach ((string name, Located schema) in description.Schemas)
        {
            if (page.IsFull) return;
            tree.Define(name, schema);
        }
    }
}
