namespace Flyball.Metrics.Model;

/// <summary>A name and a value. An empty value means the same as no label.</summary>
internal readonly record struct Label(string Name, string Value)
{
    public override string ToString() => $"{Name}=\"{Value}\"";
}
