using System.Collections.Frozen;

namespace Flyball.Apis.Describing;

/// <summary>The keywords of a schema that hold others, by how they hold them.</summary>
internal static class SchemaKeys
{
    public static readonly FrozenSet<string> One = FrozenSet.Create(
        StringComparer.Ordinal, "items", "additionalProperties", "not", "if", "then", "else", "contains",
        "propertyNames", "unevaluatedItems", "unevaluatedProperties");

    public static readonly FrozenSet<string> Lists = FrozenSet.Create(
        StringComparer.Ordinal, "allOf", "oneOf", "anyOf", "prefixItems");

    public static readonly FrozenSet<string> Maps = FrozenSet.Create(
        StringComparer.Ordinal, "properties", "patternProperties", "dependentSchemas");
}
