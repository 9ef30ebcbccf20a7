using Flyball.Gateway.Routing.Paths;
using Microsoft.AspNetCore.Http;

namespace Flyball.Gateway.Routing.Actions;

/// <summary>Makes a path out of a text in which <c>{name}</c> stands for what the route's template has found.</summary>
internal sealed class PathRewrite(string text, PathTemplate? template)
{
    /// <param name="path">The request's path, decoded.</param>
    /// <returns>The new path, encoded.</returns>
    public string Make(string path)
    {
        string made = text;
        if (template is not null)
        {
            foreach ((string name, string value) in template.Values(path))
            {
                made = made.Replace($"{{{name}}}", value, StringComparison.Ordinal)
                    .Replace($"{{*{name}}}", value, StringComparison.Ordinal);
            }
        }

        // What stands for an encoded slash is kept encoded by matching, and here.
        return new PathString(made).ToUriComponent();
    }
}
