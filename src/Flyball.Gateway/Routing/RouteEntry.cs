using System.Text;
using Flyball.Contracts.Gateway;
using Flyball.Gateway.Telemetry;

namespace Flyball.Gateway.Routing;

/// <summary>A route as requests meet it: what was asked for, normalised, and the upstream it leads to.</summary>
internal sealed class RouteEntry
{
    public RouteEntry(string name, Route route, Upstream upstream, RouteLabels labels)
    {
        Name = name;
        Route = route;
        Upstream = upstream;
        Labels = labels;
        Host = RouteHost.Parse(route.Host);
        Prefix = NormalisePrefix(route.PathPrefix);
        PrefixBytes = Encoding.UTF8.GetBytes(Prefix);
        StripLength = route.StripPrefix ? PrefixBytes.Length : 0;
        IsHttp2 = string.Equals(route.Protocol, "h2c", StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>The resource's name.</summary>
    public string Name { get; }

    public Route Route { get; }

    public Upstream Upstream { get; }

    /// <summary>The metric labels, made once a route.</summary>
    public RouteLabels Labels { get; }

    public RouteHost Host { get; }

    /// <summary>The path's beginning without its last slash; empty for all paths.</summary>
    public string Prefix { get; }

    /// <summary>The prefix as it stands in a request that does not encode it.</summary>
    public byte[] PrefixBytes { get; }

    /// <summary>Bytes of it that are taken off a request's target.</summary>
    public int StripLength { get; }

    /// <summary>True when the back end speaks HTTP/2 without TLS.</summary>
    public bool IsHttp2 { get; }

    public static string NormalisePrefix(string prefix)
    {
        string trimmed = prefix.TrimEnd('/');
        return trimmed.Length == 0 || trimmed[0] == '/' ? trimmed : "/" + trimmed;
    }
}
