using Flyball.Apis.Api;

namespace Flyball.Apis.Pages;

/// <summary>What is different between two versions of an API.</summary>
internal static class DiffPage
{
    private static readonly (string Severity, string Title, string Words)[] Parts =
    [
        ("breaking", "Breaking", "Somebody who did everything right with the old version can fail with the new one."),
        ("compatible", "Compatible", "Whoever did right goes on doing right."),
        ("other", "Other", "Words, and what no rule can judge."),
    ];

    public static string Of(ApiRow api, int from, int to, DiffAnswer diff) =>
        Frame.Of("Changes of " + api.Workload, "", page =>
        {
            page.Add($"""
                <p class="soft"><a href="/apis">APIs</a> / <a class="mono"
                href="{Links.Api(api.Workload)}">{api.Workload}</a></p><h1>Version {from} to version {to}</h1>
                """);
            Form(page, api, from, to);
            page.Add($"""
                <div class="bar"><span class="pill breaking">{diff.Breaking} breaking</span>
                <span class="pill compatible">{diff.Compatible} compatible</span>
                <span class="pill other">{diff.Other} other</span></div>
                """);
            if (diff.IsCut)
                page.Add($"""
                    <div class="note">The documents are so large, or so different, that not all was compared or
                    told.</div>
                    """);
            if (diff.Changes.Count == 0) page.Add($"<div class=\"note\">Nothing is different.</div>");
            foreach ((string severity, string title, string words) in Parts)
                Part(page, title, words, [.. diff.Changes.Where(change => change.Severity == severity)]);
            if (page.IsFull)
                page.Add($"<div class=\"note\">The page ends here: <code>flyball api diff</code> tells all.</div>");
        });

    /// <summary>Chooses two versions; without two there is nothing to choose.</summary>
    public static void Form(Html page, ApiRow api, int? from, int to)
    {
        VersionRow[] known = [.. api.Versions.Where(row => row.Digest is not null)];
        if (known.Length < 2) return;
        page.Add($"""
            <form class="bar" method="get" action="{Links.Api(api.Workload)}/diff">
            <span>What is different from</span>
            """);
        Select(page, "from", known, from ?? known[^1].Version);
        page.Add($"<span>to</span>");
        Select(page, "to", known, to);
        page.Add($"<button>Compare</button></form>");
    }

    private static void Select(Html page, string name, VersionRow[] versions, int chosen)
    {
        page.Add($"<select name=\"{name}\" aria-label=\"{name} version\">");
        foreach (VersionRow row in versions)
        {
            if (row.Version == chosen) page.Add($"<option value=\"{row.Version}\" selected>");
            else page.Add($"<option value=\"{row.Version}\">");
            page.Add($"{row.Version} (v{row.ApiVersion ?? ""})</option>");
        }

        page.Add($"</select>");
    }

    private static void Part(Html page, string title, string words, ChangeRow[] changes)
    {
        if (changes.Length == 0) return;
        page.Add($"<h2>{title}</h2><p class=\"soft\">{words}</p><ol class=\"changes\">");
        foreach (ChangeRow change in changes.TakeWhile(_ => !page.IsFull))
        {
            page.Add($"""
                <li class="{change.Severity}">{change.Message}<br>
                <span class="soft mono">{change.Pointer}, line {change.Line} of the {change.In} document</span>
                """);
            string rest = change.OperationCount > change.Operations.Count
                ? FormattableString.Invariant($" and {change.OperationCount - change.Operations.Count} more") : "";
            bool isNamed = change.OperationCount == 1
                && change.Message.Contains(change.Operations[0], StringComparison.Ordinal);
            if (change.OperationCount > 0 && !isNamed)
                page.Add($"<br><span class=\"soft\">concerns {string.Join(", ", change.Operations)}{rest}</span>");
            page.Add($"</li>");
        }

        page.Add($"</ol>");
    }
}
