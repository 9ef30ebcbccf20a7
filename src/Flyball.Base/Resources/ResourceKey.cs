namespace Flyball.Base.Resources;

/// <summary>
/// Where a resource lives: kind, namespace and name, compared by ordinal so that every process iterates alike.
/// </summary>
public readonly record struct ResourceKey(string Kind, string Namespace, string Name) : IComparable<ResourceKey>
{
    /// <summary>The namespace that holds whatever was not given another.</summary>
    public const string DefaultNamespace = "default";

    /// <summary>The longest name, namespace or kind in UTF-16 code units; databases index these columns.</summary>
    public const int PartLengthMax = 200;

    public ResourceKey(string kind, string name) : this(kind, DefaultNamespace, name)
    {
    }

    public int CompareTo(ResourceKey other)
    {
        int order = string.CompareOrdinal(Kind, other.Kind);
        if (order == 0) order = string.CompareOrdinal(Namespace, other.Namespace);
        return order == 0 ? string.CompareOrdinal(Name, other.Name) : order;
    }

    public static bool operator <(ResourceKey left, ResourceKey right) => left.CompareTo(right) < 0;

    public static bool operator >(ResourceKey left, ResourceKey right) => left.CompareTo(right) > 0;

    public static bool operator <=(ResourceKey left, ResourceKey right) => left.CompareTo(right) <= 0;

    public static bool operator >=(ResourceKey left, ResourceKey right) => left.CompareTo(right) >= 0;

    public override string ToString() => $"{Kind}/{Namespace}/{Name}";
}
