namespace Flyball.Gateway.Telemetry;

/// <summary>A route's metric labels for each class of status, made once so that a request allocates none.</summary>
internal sealed class RouteLabels
{
    /// <summary>Of status, at the places that <see cref="ClassOf"/> gives.</summary>
    public static readonly IReadOnlyList<string> Classes = ["none", "1xx", "2xx", "3xx", "4xx", "5xx"];

    private readonly KeyValuePair<string, object?>[][] byClass;

    public RouteLabels(string route, string upstream)
    {
        Route = route;
        Upstream = upstream;
        byClass = [.. Classes.Select(status => new KeyValuePair<string, object?>[]
        {
            new("route", route), new("upstream", upstream), new("status", status),
        })];
    }

    public string Route { get; }

    public string Upstream { get; }

    /// <param name="status">An HTTP status, or 0 for no answer (the client was gone).</param>
    public ReadOnlySpan<KeyValuePair<string, object?>> For(int status) =>
        byClass[ClassOf(status)];

    public static int ClassOf(int status) => status is >= 100 and < 600 ? status / 100 : 0;
}
