using Flyball.Apis.Describing;

namespace Flyball.Apis.Comparing;

/// <summary>
/// What a schema asks of a value: the schema itself, what it refers to and all of <c>allOf</c>, as one.
/// </summary>
internal sealed class SchemaShape
{
    public required Located At { get; init; }

    /// <summary>The types that a value may have; null for any.</summary>
    public SortedSet<string>? Types { get; set; }

    public string? Format { get; set; }

    /// <summary>The values that are taken, as JSON; null for all.</summary>
    public SortedSet<string>? Enum { get; set; }

    public SortedSet<string> Required { get; } = new(StringComparer.Ordinal);

    /// <summary>In the document's order.</summary>
    public OrderedDictionary<string, Located> Properties { get; } = new(StringComparer.Ordinal);

    public Located? Items { get; set; }

    /// <summary>The schema of further properties; null when it says nothing of them.</summary>
    public Located? Additional { get; set; }

    /// <summary><c>additionalProperties: false</c>.</summary>
    public bool IsClosed { get; set; }

    public List<Located> OneOf { get; } = [];

    public List<Located> AnyOf { get; } = [];

    /// <summary>
    /// Bounds and other keywords with one value, by keyword. Exclusive ones are a minimum <c>over 1</c> and a maximum
    /// <c>under 1</c>, however they are written.
    /// </summary>
    public SortedDictionary<string, string> Bounds { get; } = new(StringComparer.Ordinal);

    /// <summary>Keywords that no rule judges, as JSON, by keyword.</summary>
    public SortedDictionary<string, string> Unjudged { get; } = new(StringComparer.Ordinal);

    public string? Discriminator { get; set; }

    public string? Default { get; set; }

    public string Description { get; set; } = "";

    public bool IsReadOnly { get; set; }

    public bool IsWriteOnly { get; set; }

    public bool IsDeprecated { get; set; }

    /// <summary>The schema <c>false</c>: no value is right.</summary>
    public bool IsNever { get; set; }

    /// <summary>The schema is made of too many, or too large, others: something is missing here.</summary>
    public bool IsCut { get; set; }

    /// <summary>Properties, values and alternatives: what comparing it costs.</summary>
    public int Size => 1 + Properties.Count + Required.Count + (Enum?.Count ?? 0) + OneOf.Count + AnyOf.Count;

    /// <summary>Where a reference leads that is not in this document; null when all is known.</summary>
    public string? Outside { get; set; }

    /// <summary>For people: <c>string (date-time)</c>, <c>list of Order</c>.</summary>
    public string TypeWords
    {
        get
        {
            string types = Types is { Count: > 0 } ? string.Join(" or ", Types) : Outside ?? "anything";
            return Format is { } format ? $"{types} ({format})" : types;
        }
    }
}
