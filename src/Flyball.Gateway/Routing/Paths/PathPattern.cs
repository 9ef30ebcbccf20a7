using Flyball.Contracts.Gateway;

namespace Flyball.Gateway.Routing.Paths;

/// <summary>A route's path, normalised. Its text is the prefix, the exact path or the template's shape.</summary>
internal sealed class PathPattern
{
    private PathPattern(RoutePathKind kind, string text, PathTemplate? template)
    {
        Kind = kind;
        Text = text;
        Template = template;
    }

    public RoutePathKind Kind { get; }

    /// <summary>A prefix is without its last slash; empty for all paths.</summary>
    public string Text { get; }

    public PathTemplate? Template { get; }

    /// <summary>A template that cannot be read, which the API never writes, matches as the path it spells.</summary>
    public static PathPattern Of(Route route)
    {
        switch (route.PathKind)
        {
            case RoutePathKind.Exact:
                return Exact(route.PathPrefix);
            case RoutePathKind.Template:
                try
                {
                    var template = PathTemplate.Parse(route.PathPrefix);
                    return new PathPattern(RoutePathKind.Template, template.Shape, template);
                }
                catch (FormatException)
                {
                    return Exact(route.PathPrefix);
                }

            default:
                return new PathPattern(RoutePathKind.Prefix, NormalisePrefix(route.PathPrefix), null);
        }
    }

    /// <summary>Whether a decoded path fits; for explaining, the matcher looks paths up.</summary>
    public bool Matches(ReadOnlySpan<char> path) => Kind switch
    {
        RoutePathKind.Exact => path.SequenceEqual(Text),
        RoutePathKind.Template => Template!.Matches(path),
        _ => path.StartsWith(Text) && (path.Length == Text.Length || path[Text.Length] == '/'),
    };

    public static string NormalisePrefix(string prefix)
    {
        string trimmed = prefix.TrimEnd('/');
        return trimmed.Length == 0 || trimmed[0] == '/' ? trimmed : "/" + trimmed;
    }

    private static PathPattern Exact(string path) => new(RoutePathKind.Exact, path, null);
}
