using System.Text;
using Flyball.Gateway.Routing;
using Flyball.Gateway.Routing.Actions;

namespace Flyball.Gateway.Explaining;

/// <summary>The path and query that a back end would see.</summary>
internal static class SentTarget
{
    public static string Of(RouteQuestion question, RouteEntry route, ForwardAction action)
    {
        string target = question.Target;
        int at = target.IndexOf('?', StringComparison.Ordinal);
        string query = at < 0 ? "" : target[at..];
        if (action.Path is { } rewrite) return rewrite.Make(question.Path) + query;
        if (!action.ReplacesPrefix) return target;
        string raw = at < 0 ? target : target[..at];
        bool isPlain = raw.StartsWith(route.Prefix, StringComparison.Ordinal)
            && !raw.Contains("/.", StringComparison.Ordinal);
        string rest = isPlain
            ? raw[route.Prefix.Length..]
            : new Microsoft.AspNetCore.Http.PathString(question.Path[route.Prefix.Length..]).ToUriComponent();
        var made = new StringBuilder(action.PrefixReplacement).Append(rest);
        if (made.Length == 0) made.Append('/');
        return made.Append(query).ToString();
    }
}
