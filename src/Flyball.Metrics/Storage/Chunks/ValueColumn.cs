using Flyball.Base.Codecs;

namespace Flyball.Metrics.Storage.Chunks;

/// <summary>The decoder's half of a column of doubles. The layout is in <c>docs/formats/chunks.md</c>.</summary>
internal static class ValueColumn
{
    /// <summary>Kind: one bit pattern throughout.</summary>
    public const int Constant = 0;

    /// <summary>Kind: integers over a power of ten.</summary>
    public const int Decimal = 1;

    /// <summary>Kind: XOR with the value before.</summary>
    public const int Xor = 2;

    /// <summary>Flag: single values that the decimal cannot express are listed.</summary>
    public const int HasExceptions = 4;

    /// <summary>Flag: the integers have a common factor and an offset.</summary>
    public const int HasFactor = 8;

    /// <summary>The exponent stands above the kind and the flags.</summary>
    public const int ExponentShift = 4;

    /// <summary>
    /// In the exception list: the value is a staleness marker; any other number means 8 raw bytes follow.
    /// </summary>
    public const int StaleException = 0;

    /// <summary>
    /// Decodes as many values as the destination takes; false when the bytes are no column of that length.
    /// </summary>
    /// <param name="source">The column's bytes.</param>
    /// <param name="destination">Takes the values.</param>
    /// <param name="scratch">At least as long as the destination.</param>
    public static bool TryDecode(ReadOnlySpan<byte> source, Span<double> destination, Span<long> scratch)
    {
        var reader = new ByteReader(source);
        int head = reader.Byte();
        switch (head & 3)
        {
            case Constant:
                destination.Fill(reader.Double());
                return !reader.IsFailed;
            case Xor:
                return TryReadXor(reader.Rest, destination);
            case Decimal:
                return TryReadDecimal(head, ref reader, destination, scratch[..destination.Length]);
            default:
                return false;
        }
    }

    private static bool TryReadXor(ReadOnlySpan<byte> source, Span<double> destination)
    {
        var reader = new BitReader(source);
        var state = default(XorState);
        for (int index = 0; index < destination.Length; index++)
            destination[index] = BitConverter.UInt64BitsToDouble(state.Read(ref reader));
        return !reader.IsOverrun;
    }

    private static bool TryReadDecimal(int head, ref ByteReader reader, Span<double> destination, Span<long> scratch)
    {
        int exponent = head >> ExponentShift;
        ulong factor = 1;
        long offset = 0;
        if ((head & HasFactor) != 0)
        {
            factor = reader.VarUInt();
            offset = reader.VarLong();
        }

        ReadOnlySpan<byte> exceptions = (head & HasExceptions) != 0 ? reader.Sized() : default;
        if (reader.IsFailed || exponent > Decimals.ExponentMax || !IntegerColumn.TryDecode(reader.Rest, scratch))
            return false;
        if (factor != 1 || offset != 0)
        {
            for (int index = 0; index < scratch.Length; index++)
                scratch[index] = (scratch[index] * (long)factor) + offset;
        }

        Decimals.Unscale(scratch, exponent, destination);
        return TryApplyExceptions(exceptions, destination);
    }

    private static bool TryApplyExceptions(ReadOnlySpan<byte> source, Span<double> destination)
    {
        var reader = new ByteReader(source);
        int index = -1;
        while (reader.RemainingBytes > 0)
        {
            index += reader.Count(destination.Length) + 1;
            double value = reader.Byte() == StaleException
                ? BitConverter.UInt64BitsToDouble(XorState.StaleBits)
                : reader.Double();
            if (reader.IsFailed || index >= destination.Length) return false;
            destination[index] = value;
        }

        return true;
    }
}
