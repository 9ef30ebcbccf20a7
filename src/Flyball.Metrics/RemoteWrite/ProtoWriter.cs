using System.Runtime.InteropServices;
using System.Text;
using Flyball.Base.Codecs;

namespace Flyball.Metrics.RemoteWrite;

/// <summary>
/// Appends Protocol Buffers fields to a buffer. A message within the message gets a size of five bytes, zeros in front,
/// so that nothing is moved when it ends.
/// </summary>
internal readonly struct ProtoWriter(ByteBuffer destination)
{
    private const int SizeBytes = 5;

    public ByteBuffer Destination => destination;

    public void VarUInt(int field, ulong value)
    {
        destination.VarUInt((ulong)field << 3);
        destination.VarUInt(value);
    }

    public void ZigZag(int field, long value) => VarUInt(field, VarInt.ZigZag(value));

    public void Double(int field, double value)
    {
        destination.VarUInt(((ulong)field << 3) | 1);
        destination.Double(value);
    }

    public void Text(int field, string value)
    {
        destination.VarUInt(((ulong)field << 3) | 2);
        int size = Encoding.UTF8.GetByteCount(value);
        destination.VarUInt((ulong)size);
        Encoding.UTF8.GetBytes(value, destination.Reserve(size));
        destination.Advance(size);
    }

    /// <summary>A packed list; nothing when it is empty.</summary>
    public void Doubles(int field, ReadOnlySpan<double> values)
    {
        if (values.IsEmpty) return;
        destination.VarUInt(((ulong)field << 3) | 2);
        destination.VarUInt((ulong)(values.Length * sizeof(double)));
        if (BitConverter.IsLittleEndian) destination.Bytes(MemoryMarshal.AsBytes(values));
        else foreach (double value in values) destination.Double(value);
    }

    /// <summary>Begins a message within the message; the result is for <see cref="End"/>.</summary>
    public int Begin(int field)
    {
        destination.VarUInt(((ulong)field << 3) | 2);
        return BeginSized();
    }

    /// <summary>Begins a message of a stream, which is its size and itself.</summary>
    public int BeginSized()
    {
        destination.Reserve(SizeBytes);
        destination.Advance(SizeBytes);
        return destination.Length;
    }

    public void End(int start)
    {
        uint size = (uint)(destination.Length - start);
        for (int at = 0; at < SizeBytes; at++)
        {
            byte more = at + 1 < SizeBytes ? (byte)0x80 : (byte)0;
            destination.PatchByte(start - SizeBytes + at, (byte)((size & 0x7F) | more));
            size >>= 7;
        }
    }
}
