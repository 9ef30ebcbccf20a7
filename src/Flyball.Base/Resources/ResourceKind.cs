using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Flyball.Base.Resources;

/// <summary>
/// A kind of resource and how its values become bytes: UTF-8 JSON by a source-generated contract, so that a person can
/// read the store with any SQLite shell. Every record carries its own <c>format</c> number.
/// </summary>
public sealed class ResourceKind<T>(string name, JsonTypeInfo<T> json) where T : class
{
    /// <summary>The kind's name in <see cref="ResourceKey.Kind"/>, lower case.</summary>
    public string Name => name;

    public ResourceKey Key(string resourceName, string ns = ResourceKey.DefaultNamespace) =>
        new(name, ns, resourceName);

    public byte[] Encode(T value) => JsonSerializer.SerializeToUtf8Bytes(value, json);

    /// <exception cref="FormatException">The bytes are not a value of this kind.</exception>
    public T Decode(ReadOnlySpan<byte> bytes)
    {
        try
        {
            return JsonSerializer.Deserialize(bytes, json) ?? throw new FormatException($"A {name} cannot be null.");
        }
        catch (JsonException e)
        {
            throw new FormatException($"Not a {name}: {e.Message}", e);
        }
    }
}
