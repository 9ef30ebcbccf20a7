using System.Globalization;
using Flyball.Contracts.Gateway;

namespace Flyball.Gateway.Api;

/// <summary>Routes in a few words, for lists.</summary>
internal static class RouteWords
{
    /// <summary>For example <c>forward shop.web 90%, shop.canary 10%</c>.</summary>
    public static string Action(Route route)
    {
        if (route.Redirect is { } redirect) return $"redirect {redirect.Status} {Place(redirect)}".TrimEnd();
        if (route.Answer is { } answer)
            return string.Create(CultureInfo.InvariantCulture, $"answer {answer.Status}");
        if (route.Targets is not { Count: > 0 } targets) return "forward " + Name(route.Service, route.Port);
        double all = Math.Max(1, targets.Sum(target => (double)target.Weight));
        return "forward " + string.Join(", ", targets.Select(target => string.Create(
            CultureInfo.InvariantCulture, $"{Name(target.Service, target.Port)} {100 * target.Weight / all:0.##}%")));
    }

    private static string Name(string service, string? port) => port is null ? service : $"{service}:{port}";

    private static string Place(RouteRedirect redirect)
    {
        string scheme = redirect.Scheme is null ? "" : redirect.Scheme + "://";
        string port = redirect.Port is { } number
            ? string.Create(CultureInfo.InvariantCulture, $":{number}")
            : "";
        string path = redirect.Path ?? (redirect.Prefix is { } prefix ? prefix.TrimEnd('/') + "/…" : "");
        return $"{scheme}{redirect.Host}{port}{path}";
    }
}
