using Flyball.Apis.Usage;
using Flyball.Base.Resources;
using Flyball.Contracts;
using Flyball.Contracts.Gateway;

namespace Flyball.Apis.Pages;

/// <summary>The routes that lead to a service, and who came that way lately.</summary>
internal sealed record ApiReach(IReadOnlyList<(string Name, Route Route)> Routes, UsageAnswer Usage)
{
    public static IReadOnlyList<(string Name, Route Route)> RoutesTo(ResourceSnapshot snapshot, string workload) =>
    [
        .. snapshot.List(Kinds.Route).Where(row => LeadsTo(row.Value, workload))
            .Select(row => (row.Key.Name, row.Value)),
    ];

    /// <summary>What a client has to show.</summary>
    public static string Asks(Route route)
    {
        var ways = new List<string>();
        if (route.Auth?.Keys is { } keys) ways.Add($"key in {keys.Header}");
        if (route.Auth?.Basic is not null) ways.Add("name and password");
        if (route.Auth?.Jwt is not null) ways.Add("token");
        if (route.Tls?.Client is not null) ways.Add("client certificate");
        return ways.Count == 0 ? "nothing" : string.Join(" or ", ways);
    }

    public static string LetsIn(Route route) => route.Auth is null ? "anybody"
        : route.Auth.Consumers is { Count: > 0 } some ? string.Join(", ", some)
        : "every consumer";

    private static bool LeadsTo(Route route, string workload) => route.Targets is { } targets
        ? targets.Any(target => target.Service == workload)
        : route.Service == workload && route.Redirect is null && route.Answer is null;
}
