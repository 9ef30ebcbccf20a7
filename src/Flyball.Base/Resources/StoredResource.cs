namespace Flyball.Base.Resources;

/// <summary>
/// One resource as it stood at <see cref="Revision"/>. The bytes are never changed after construction.
/// </summary>
public sealed class StoredResource(ResourceKey key, Revision revision, ReadOnlyMemory<byte> value)
{
    private object? decoded;

    public ResourceKey Key => key;

    /// <summary>The transaction that last wrote this resource.</summary>
    public Revision Revision => revision;

    public ReadOnlyMemory<byte> Value => value;

    /// <summary>
    /// The value decoded by <paramref name="kind"/>; kept after the first call, so readers share one instance.
    /// Two threads may decode at once; either result is right.
    /// </summary>
    /// <exception cref="FormatException">The stored bytes are not of this kind.</exception>
    public T Decode<T>(ResourceKind<T> kind) where T : class
    {
        if (decoded is T known) return known;
        T fresh = kind.Decode(value.Span);
        decoded = fresh;
        return fresh;
    }
}
