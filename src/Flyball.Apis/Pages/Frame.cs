namespace Flyball.Apis.Pages;

/// <summary>What stands around the content of every page.</summary>
internal static class Frame
{
    public static string Of(string title, string query, Action<Html> content)
    {
        var page = new Html();
        page.Add($"""
            <!doctype html>
            <html lang="en"><head><meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta name="referrer" content="no-referrer"><title>{title} · Flyball</title><style>
            """);
        page.AddSheet();
        page.Add($"""
            </style></head><body><header><div><b>Fly<span>ball</span></b>
            <nav><a href="/apis">APIs</a><a href="/apis/consumers">Consumers</a></nav>
            <form action="/apis" method="get" role="search">
            <input type="search" name="q" value="{query}" placeholder="Search paths, schemas, words" aria-label="Search"
            maxlength="200"></form></div></header><main>
            """);
        content(page);
        page.Add($"</main></body></html>");
        return page.ToString();
    }
}
