using Flyball.Base.Codecs;
using Flyball.Metrics.Storage.Memory;

namespace Flyball.Metrics.Storage.Labelling;

/// <summary>
/// Lists of series numbers in the order in which they were added, as zigzag deltas in slab pieces: one or two bytes a
/// number. A list of one number takes no piece at all; a long list is a chain of pieces. Belongs to the head's lock.
/// </summary>
internal sealed class PostingsStore(SlabMemory memory)
{
    private const int FirstPieceBytes = 8;
    private const int PieceBytesMax = 8192;
    private const int LinkBytes = 4;

    /// <summary>Appends a number.</summary>
    public void Add(ref PostingsList list, int number)
    {
        if (list.Count == 0)
        {
            list = new PostingsList { Count = 1, First = number, Last = number, IsSorted = true };
            return;
        }

        Span<byte> encoded = stackalloc byte[VarInt.BytesMax];
        int size = VarInt.Write(encoded, VarInt.ZigZag((long)number - list.Last));
        if (list.TailUsed + size > list.TailCapacity) Grow(ref list, size);
        encoded[..size].CopyTo(memory.Span(list.Tail, list.TailCapacity)[list.TailUsed..]);
        list.TailUsed += (ushort)size;
        list.IsSorted &= number > list.Last;
        list.Last = number;
        list.Count++;
    }

    /// <summary>Writes the numbers, ascending, into the destination, which holds at least the list's count.</summary>
    public void CopyTo(in PostingsList list, Span<int> destination)
    {
        if (list.Count == 0) return;
        long last = list.First;
        destination[0] = list.First;
        int index = 1;
        uint piece = list.Head;
        while (index < list.Count)
        {
            bool isTail = piece == list.Tail;
            Span<byte> bytes = memory.Span(piece, isTail ? list.TailUsed : PieceBytesMax);
            int position = LinkBytes;
            while (index < list.Count && position < bytes.Length)
            {
                int size = VarInt.Read(bytes[position..], out ulong delta);
                // In a full piece the unused end is zero: a delta of zero does not occur in a list.
                if (size == 0 || delta == 0) break;
                position += size;
                last += VarInt.UnZigZag(delta);
                destination[index++] = (int)last;
            }

            if (!isTail) piece = BitConverter.ToUInt32(memory.Span(piece, LinkBytes));
        }

        if (!list.IsSorted) destination[..list.Count].Sort();
    }

    /// <summary>Empties the list and frees its pieces.</summary>
    public void Clear(ref PostingsList list)
    {
        uint piece = list.Head;
        while (piece != SlabMemory.None)
        {
            bool isTail = piece == list.Tail;
            uint next = isTail ? SlabMemory.None : BitConverter.ToUInt32(memory.Span(piece, LinkBytes));
            memory.Free(piece, isTail ? list.TailCapacity : PieceBytesMax);
            piece = next;
        }

        list = default;
    }

    private void Grow(ref PostingsList list, int size)
    {
        if (list.Head == SlabMemory.None)
        {
            list.Head = list.Tail = memory.Allocate(FirstPieceBytes);
            list.TailCapacity = FirstPieceBytes;
            list.TailUsed = LinkBytes;
            return;
        }

        if (list.TailCapacity < PieceBytesMax)
        {
            int capacity =
                SlabMemory.CapacityFor(Math.Min(PieceBytesMax, list.TailCapacity + (list.TailCapacity / 2) + size));
            uint moved = memory.Resize(list.Tail, list.TailUsed, list.TailCapacity, capacity);
            if (list.Head == list.Tail) list.Head = moved;
            else throw new InvalidOperationException("BUG: a chained piece of postings is smaller than the largest.");
            list.Tail = moved;
            list.TailCapacity = (ushort)capacity;
            return;
        }

        memory.Span(list.Tail, PieceBytesMax)[list.TailUsed..].Clear();
        uint next = memory.Allocate(PieceBytesMax);
        BitConverter.TryWriteBytes(memory.Span(list.Tail, LinkBytes), next);
        list.Tail = next;
        list.TailUsed = LinkBytes;
    }
}
