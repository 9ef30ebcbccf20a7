using System.Runtime.InteropServices;

namespace Flyball.Base.Resources;

/// <summary>
/// One resource as it stood at <see cref="Revision"/>. The bytes are never changed after construction; of kinds with
/// very many rows they may be kept packed.
/// </summary>
public sealed class StoredResource(ResourceKey key, Revision revision, ReadOnlyMemory<byte> value)
{
    private byte[] bytes = ArrayOf(value);
    private ValueTemplate? template;
    private object? decoded;

    public ResourceKey Key => key;

    /// <summary>The transaction that last wrote this resource.</summary>
    public Revision Revision => revision;

    /// <summary>Made anew at each call where it is kept packed.</summary>
    public ReadOnlyMemory<byte> Value
    {
        get
        {
            byte[] now = Volatile.Read(ref bytes);
            return IsPacked(now) ? template!.Unpack(now) : now;
        }
    }

    /// <summary>Of the value, without making it.</summary>
    public int ValueLength
    {
        get
        {
            byte[] now = Volatile.Read(ref bytes);
            return IsPacked(now) ? ValueTemplate.LengthOf(now) : now.Length;
        }
    }

    /// <summary>
    /// The value decoded by <paramref name="kind"/>; kept after the first call, so readers share one instance.
    /// Two threads may decode at once; either result is right.
    /// </summary>
    /// <exception cref="FormatException">The stored bytes are not of this kind.</exception>
    public T Decode<T>(ResourceKind<T> kind) where T : class
    {
        if (decoded is T known) return known;
        T fresh = kind.Decode(Value.Span);
        decoded = fresh;
        return fresh;
    }

    /// <summary>Keeps the value as what differs from the template, if that is shorter. By one thread, once.</summary>
    internal void Pack(ValueTemplate by)
    {
        if (template is not null || by.Pack(bytes) is not { } packed) return;
        // First the template: who sees the packed bytes must see it, too. Whole bytes are whole with it as well.
        template = by;
        Volatile.Write(ref bytes, packed);
    }

    private bool IsPacked(byte[] now) => now.Length > 0 && now[0] == ValueTemplate.Mark && template is not null;

    private static byte[] ArrayOf(ReadOnlyMemory<byte> value) =>
        MemoryMarshal.TryGetArray(value, out ArraySegment<byte> part) && part.Offset == 0
            && part.Count == part.Array!.Length ? part.Array : value.ToArray();
}
