using Flyball.Base.Codecs;

namespace Flyball.Metrics.Storage.Chunks;

/// <summary>
/// Writes columns of doubles in whichever form is the smallest: a constant, decimals as integers with the common factor
/// taken out, or XOR. Holds scratch memory, so one thread at a time.
/// </summary>
internal sealed class ValueColumnEncoder
{
    /// <summary>More exceptions than one value in so many, and the column is no decimal.</summary>
    private const int ExceptionShare = 8;

    private readonly IntegerColumnEncoder _integers = new();
    private readonly ByteBuffer _decimal = new(1024);
    private readonly ByteBuffer _exceptions = new(64);
    private long[] _scaled = new long[512];

    /// <summary>Appends the column.</summary>
    public void Encode(ReadOnlySpan<double> values, ByteBuffer destination)
    {
        bool hasDecimal = TryEncodeDecimal(values);
        if (IsConstant(values) && !(hasDecimal && _decimal.Length < 9))
        {
            destination.Byte(ValueColumn.Constant);
            destination.Double(values.IsEmpty ? 0 : values[0]);
            return;
        }

        int start = destination.Length;
        // The XOR form of decimals is hardly ever smaller: it is only tried where the integers take half the raw size.
        if (hasDecimal && _decimal.Length <= 4 * values.Length)
        {
            destination.Bytes(_decimal.Written);
            return;
        }

        EncodeXor(values, destination);
        if (!hasDecimal || destination.Length - start <= _decimal.Length) return;
        destination.Truncate(start);
        destination.Bytes(_decimal.Written);
    }

    private static bool IsConstant(ReadOnlySpan<double> values)
    {
        for (int index = 1; index < values.Length; index++)
        {
            if (Bits(values[index]) != Bits(values[0])) return false;
        }

        return true;
    }

    private static ulong Bits(double value) => BitConverter.DoubleToUInt64Bits(value);

    private static void EncodeXor(ReadOnlySpan<double> values, ByteBuffer destination)
    {
        destination.Byte(ValueColumn.Xor);
        var writer = new BitWriter(destination.Reserve((values.Length * 10) + 16));
        var state = default(XorState);
        foreach (double value in values) state.Write(ref writer, Bits(value));
        destination.Advance(writer.ByteCount);
    }

    private bool TryEncodeDecimal(ReadOnlySpan<double> values)
    {
        _decimal.Clear();
        _exceptions.Clear();
        if (_scaled.Length < values.Length) _scaled = new long[values.Length];
        Span<long> scaled = _scaled.AsSpan(0, values.Length);
        int exponent = TryFindExponent(values);
        if (exponent < 0 || !TryScale(values, exponent, scaled)) return false;
        bool hasFactor = TakeOutFactor(scaled, out long factor, out long offset);
        int head = ValueColumn.Decimal | (exponent << ValueColumn.ExponentShift)
            | (hasFactor ? ValueColumn.HasFactor : 0) | (_exceptions.Length > 0 ? ValueColumn.HasExceptions : 0);
        _decimal.Byte((byte)head);
        if (hasFactor)
        {
            _decimal.VarUInt((ulong)factor);
            _decimal.VarLong(offset);
        }

        if (_exceptions.Length > 0) _decimal.Sized(_exceptions.Written);
        _integers.Encode(scaled, _decimal);
        return true;
    }

    /// <summary>The largest of the exponents that the values need, those that no exponent fits left aside.</summary>
    private static int TryFindExponent(ReadOnlySpan<double> values)
    {
        int exponent = 0;
        int misfits = 0;
        foreach (double value in values)
        {
            int needed = double.IsNaN(value) ? -1 : Decimals.Exponent(value, exponent);
            if (needed >= 0) exponent = needed;
            else if (Bits(value) != XorState.StaleBits && ++misfits > 1 + (values.Length / ExceptionShare)) return -1;
        }

        return exponent;
    }

    /// <summary>An exception repeats the integer before it, which costs nearly nothing.</summary>
    private bool TryScale(ReadOnlySpan<double> values, int exponent, Span<long> scaled)
    {
        long last = 0;
        int lastException = -1;
        int misfits = 0;
        for (int index = 0; index < values.Length; index++)
        {
            if (Decimals.TryScale(values[index], exponent, out long integer))
            {
                if (lastException == index - 1 && misfits == index) scaled[..index].Fill(integer);
                scaled[index] = last = integer;
                continue;
            }

            scaled[index] = last;
            misfits++;
            bool isStale = Bits(values[index]) == XorState.StaleBits;
            _exceptions.VarUInt((ulong)(index - lastException - 1));
            _exceptions.Byte((byte)(isStale ? ValueColumn.StaleException : 1));
            if (!isStale) _exceptions.Double(values[index]);
            lastException = index;
        }

        return misfits <= 1 + (values.Length / 2);
    }

    /// <summary>
    /// Memory in multiples of 4,096, clocks in multiples of 10,000: the factor's bits need not be stored.
    /// </summary>
    private static bool TakeOutFactor(Span<long> scaled, out long factor, out long offset)
    {
        factor = 0;
        offset = 0;
        for (int index = 1; index < scaled.Length && factor != 1; index++)
        {
            if (scaled[index] != scaled[index - 1]) factor = Gcd(Math.Abs(scaled[index] - scaled[index - 1]), factor);
        }

        if (factor <= 1) return false;
        offset = scaled[0] % factor;
        for (int index = 0; index < scaled.Length; index++) scaled[index] = (scaled[index] - offset) / factor;
        return true;
    }

    private static long Gcd(long left, long right)
    {
        while (right != 0) (left, right) = (right, left % right);
        return left;
    }
}
