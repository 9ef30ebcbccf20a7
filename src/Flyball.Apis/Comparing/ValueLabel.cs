using Flyball.Apis.Reading;

namespace Flyball.Apis.Comparing;

/// <summary>
/// What a value is called in sentences: <c>Order.lines[].price</c> below a schema with a name, <c>price of the body</c>
/// below anything else.
/// </summary>
internal readonly record struct ValueLabel(string Root, string Path = "")
{
    /// <summary>Letters of a path; of a longer one the end is said.</summary>
    private const int PathLengthMax = 300;

    public ValueLabel Child(string name) =>
        At(Path.Length == 0 ? Excerpt.Of(name) : $"{Path}.{Excerpt.Of(name)}");

    public ValueLabel Items() => At(Path + "[]");

    public override string ToString()
    {
        if (Path.Length == 0) return Root;
        if (Root.StartsWith("the ", StringComparison.Ordinal))
            return Path.StartsWith('[') ? $"each{Path[2..]} of {Root}" : $"{Path} of {Root}";
        return Path.StartsWith('[') ? Root + Path : $"{Root}.{Path}";
    }

    private ValueLabel At(string path)
    {
        if (path.Length <= PathLengthMax) return this with { Path = path };
        int part = path.IndexOfAny(['.', '['], path.Length - PathLengthMax);
        return this with { Path = "…" + (part < 0 ? path[^PathLengthMax..] : path[part..]) };
    }
}
