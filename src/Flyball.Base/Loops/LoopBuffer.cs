using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Flyball.Base.Loops;

/// <summary>
/// Bytes at a fixed place, with a content between <see cref="Start"/> and <see cref="End"/>. Content begins behind
/// <see cref="Headroom"/> free bytes, so that a longer head than the one that came can be written in front of a body
/// without moving it, and both leave in one call.
/// </summary>
public sealed unsafe class LoopBuffer
{
    /// <summary>
    /// Room in front: what a gateway adds to a head (about 300 bytes and the host), with some to spare.
    /// </summary>
    public const int Headroom = 1024;

    public LoopBuffer(int capacity)
    {
        Bytes = GC.AllocateUninitializedArray<byte>(capacity, pinned: true);
        Pointer = (byte*)Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(Bytes));
        Start = End = Headroom;
    }

    public byte[] Bytes { get; }

    public byte* Pointer { get; }

    public int Start { get; set; }

    public int End { get; set; }

    public int Length => End - Start;

    public int Free => Bytes.Length - End;

    public Span<byte> Content => Bytes.AsSpan(Start, End - Start);

    /// <summary>The next buffer in the pool's list of free ones.</summary>
    public LoopBuffer? Next { get; set; }

    public void Clear() => Start = End = Headroom;

    public void Append(ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(Bytes.AsSpan(End));
        End += bytes.Length;
    }

    /// <summary>Moves the content back to where an empty buffer begins, for the most room behind it.</summary>
    public void Compact()
    {
        if (Start == Headroom) return;
        int length = Length;
        Content.CopyTo(Bytes.AsSpan(Headroom));
        Start = Headroom;
        End = Headroom + length;
    }
}
