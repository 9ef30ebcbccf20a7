namespace Flyball.Apis.Comparing;

/// <summary>
/// What a value is called in sentences: <c>Order.lines[].price</c> below a schema with a name, <c>price of the body</c>
/// below anything else.
/// </summary>
internal readonly record struct ValueLabel(string Root, string Path = "")
{
    public ValueLabel Child(string name) => this with { Path = Path.Length == 0 ? name : $"{Path}.{name}" };

    public ValueLabel Items() => this with { Path = Path + "[]" };

    public override string ToString()
    {
        if (Path.Length == 0) return Root;
        if (Root.StartsWith("the ", StringComparison.Ordinal))
            return Path.StartsWith('[') ? $"each{Path[2..]} of {Root}" : $"{Path} of {Root}";
        return Path.StartsWith('[') ? Root + Path : $"{Root}.{Path}";
    }
}
