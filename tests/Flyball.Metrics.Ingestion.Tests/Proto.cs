using System.Text;
using Flyball.Base.Codecs;

namespace Flyball.Metrics.Ingestion.Tests;

/// <summary>Writes protobuf fields, for requests that tests send.</summary>
internal sealed class Proto
{
    private readonly ByteBuffer _bytes = new();

    public byte[] ToBytes() => _bytes.Written.ToArray();

    public Proto VarInt(int field, long value)
    {
        _bytes.VarUInt((ulong)(field << 3));
        _bytes.VarUInt((ulong)value);
        return this;
    }

    public Proto ZigZag(int field, long value) => VarInt(field, (long)Base.Codecs.VarInt.ZigZag(value));

    public Proto Double(int field, double value)
    {
        _bytes.VarUInt((ulong)((field << 3) | 1));
        _bytes.Double(value);
        return this;
    }

    public Proto Fixed64(int field, ulong value)
    {
        _bytes.VarUInt((ulong)((field << 3) | 1));
        _bytes.UInt64(value);
        return this;
    }

    public Proto Bytes(int field, ReadOnlySpan<byte> value)
    {
        _bytes.VarUInt((ulong)((field << 3) | 2));
        _bytes.Sized(value);
        return this;
    }

    public Proto Text(int field, string value) => Bytes(field, Encoding.UTF8.GetBytes(value));

    public Proto Message(int field, Action<Proto> fill)
    {
        var inner = new Proto();
        fill(inner);
        return Bytes(field, inner._bytes.Written);
    }

    /// <summary>A packed list of varints.</summary>
    public Proto Packed(int field, params ReadOnlySpan<long> values)
    {
        var inner = new ByteBuffer();
        foreach (long value in values) inner.VarUInt((ulong)value);
        return Bytes(field, inner.Written);
    }

    /// <summary>A packed list of fixed 64-bit words.</summary>
    public Proto PackedFixed(int field, params ReadOnlySpan<ulong> values)
    {
        var inner = new ByteBuffer();
        foreach (ulong value in values) inner.UInt64(value);
        return Bytes(field, inner.Written);
    }

    public Proto PackedDoubles(int field, params ReadOnlySpan<double> values)
    {
        var inner = new ByteBuffer();
        foreach (double value in values) inner.Double(value);
        return Bytes(field, inner.Written);
    }

    /// <summary>A message behind its size, as streams of messages are written.</summary>
    public static byte[] Delimited(Action<Proto> fill)
    {
        var inner = new Proto();
        fill(inner);
        var outer = new ByteBuffer();
        outer.Sized(inner._bytes.Written);
        return outer.Written.ToArray();
    }
}
