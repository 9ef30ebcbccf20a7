using System.Text;
using System.Text.RegularExpressions;
using Flyball.Gateway.Routing.Paths;
using Microsoft.AspNetCore.Http;

namespace Flyball.Gateway.Routing.Actions;

/// <summary>Makes a path out of a text in which <c>{name}</c> stands for what the route's template has found.</summary>
internal sealed partial class PathRewrite
{
    private readonly PathTemplate? template;

    /// <summary>In turn: what stands as it is, encoded, and a name.</summary>
    private readonly string[] parts;

    public PathRewrite(string text, PathTemplate? template)
    {
        this.template = template;
        parts = template is null ? [text] : Name.Split(text);
        for (int i = 0; i < parts.Length; i += 2) parts[i] = new PathString("/" + parts[i]).ToUriComponent()[1..];
    }

    [GeneratedRegex(@"\{\*?([A-Za-z0-9_]+)\}")]
    private static partial Regex Name { get; }

    /// <param name="path">The request's path in its client's encoding, without dot segments.</param>
    /// <returns>The new path; what comes from the client's is encoded as it was there.</returns>
    public string Make(string path)
    {
        if (template is null) return parts[0];
        IReadOnlyDictionary<string, string> values = template.Values(path);
        var made = new StringBuilder();
        for (int i = 0; i < parts.Length; i++)
            made.Append(i % 2 == 0 ? parts[i] : values.GetValueOrDefault(parts[i], ""));
        return made.ToString();
    }
}
