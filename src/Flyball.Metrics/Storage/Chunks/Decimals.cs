namespace Flyball.Metrics.Storage.Chunks;

/// <summary>
/// Doubles that were written as decimals (most metrics: seconds with two digits, bytes, percentages) as integers times
/// a power of ten, provided that the division gives back the very same bits.
/// </summary>
internal static class Decimals
{
    /// <summary>Digits behind the point that are tried.</summary>
    public const int ExponentMax = 12;

    private const double ScaledMax = 1L << 53;
    private const double IntegerMax = 1L << 62;

    private static readonly double[] Powers =
        [1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12];

    /// <summary>Whether the value is an integer over that power of ten, to the last bit.</summary>
    public static bool TryScale(double value, int exponent, out long scaled)
    {
        double product = exponent == 0 ? value : Math.Round(value * Powers[exponent]);
        double limit = exponent == 0 ? IntegerMax : ScaledMax;
        if (!(Math.Abs(product) < limit))
        {
            scaled = 0;
            return false;
        }

        scaled = (long)product;
        return BitConverter.DoubleToInt64Bits(scaled / Powers[exponent]) == BitConverter.DoubleToInt64Bits(value);
    }

    /// <summary>The least exponent from a start that scales the value, or -1.</summary>
    public static int Exponent(double value, int start)
    {
        for (int exponent = start; exponent <= ExponentMax; exponent++)
        {
            if (TryScale(value, exponent, out _)) return exponent;
        }

        return -1;
    }

    public static void Unscale(ReadOnlySpan<long> scaled, int exponent, Span<double> values)
    {
        if (exponent == 0)
        {
            for (int index = 0; index < values.Length; index++) values[index] = scaled[index];
            return;
        }

        double power = Powers[exponent];
        for (int index = 0; index < values.Length; index++) values[index] = scaled[index] / power;
    }
}
