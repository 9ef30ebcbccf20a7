namespace Flyball.Gateway.Telemetry;

/// <summary>
/// Hands out label sets up to a bound; routes beyond it share the label <c>other</c>. A name once labelled keeps its
/// labels after the route is gone: series are counted as long as the process lives. Used by the routing table's writer.
/// </summary>
/// <param name="routesMax">Label sets at most.</param>
/// <param name="refused">Called for each that is refused.</param>
/// <param name="added">Called once for each that is handed out.</param>
internal sealed class RouteLabelSet(int routesMax, Action? refused = null, Action<RouteLabels>? added = null)
{
    private static readonly RouteLabels Other = new("other", "other");

    private readonly Dictionary<(string Route, string Upstream), RouteLabels> known = [];

    public RouteLabels For(string route, string upstream)
    {
        if (known.TryGetValue((route, upstream), out RouteLabels? labels)) return labels;
        if (known.Count >= routesMax)
        {
            refused?.Invoke();
            return Other;
        }

        labels = new RouteLabels(route, upstream);
        known.Add((route, upstream), labels);
        added?.Invoke(labels);
        return labels;
    }
}
