using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace Flyball.Identity.Tokens;

/// <summary>
/// Whether a browser sends a request on behalf of a page from elsewhere. A browser that has been given a token by basic
/// authentication adds it to every request to this address, whoever's page asks for it; a bearer token it never adds by
/// itself. So what comes with basic authentication must not come from a page of somebody else.
/// </summary>
internal static class BrowserOrigin
{
    /// <summary>
    /// True for what only a page from elsewhere sends. Following a link to here, which only shows a page, is nobody
    /// else's doing; clients that are no browsers send neither header.
    /// </summary>
    public static bool IsForeign(HttpRequest request)
    {
        string? origin = request.Headers.Origin;
        if (!string.IsNullOrEmpty(origin) && !IsOwn(origin, request)) return true;
        // Also beside our own origin: a plain page of this host that somebody on the way wrote is not a page of ours.
        string? site = request.Headers["Sec-Fetch-Site"];
        if (site is null or "" or "same-origin" or "none") return false;
        bool isLink = (HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method))
            && request.Headers["Sec-Fetch-Mode"] == "navigate" && request.Headers["Sec-Fetch-Dest"] == "document";
        return !isLink || request.Headers.ContainsKey(HeaderNames.Upgrade);
    }

    private static bool IsOwn(string origin, HttpRequest request) =>
        Uri.TryCreate(origin, UriKind.Absolute, out Uri? uri)
        && Uri.TryCreate($"{uri.Scheme}://{request.Host.Value}", UriKind.Absolute, out Uri? own)
        && uri.Authority == own.Authority;
}
