namespace Flyball.Metrics.Model;

/// <summary>The NaNs whose bits mean something. Compare by bits: arithmetic may change a NaN's payload.</summary>
internal static class SpecialValues
{
    /// <summary>Prometheus' staleness marker: the series ended here.</summary>
    public const long StaleNaNBits = 0x7ff0000000000002;

    /// <summary>Prometheus' ordinary NaN; .NET's own <see cref="double.NaN"/> has the sign bit set.</summary>
    public const long NormalNaNBits = 0x7ff8000000000001;

    public static readonly double StaleNaN = BitConverter.Int64BitsToDouble(StaleNaNBits);

    public static readonly double NormalNaN = BitConverter.Int64BitsToDouble(NormalNaNBits);

    public static bool IsStale(double value) => BitConverter.DoubleToInt64Bits(value) == StaleNaNBits;
}
