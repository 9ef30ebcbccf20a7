namespace Flyball.Autoscaling.Forecasting;

/// <summary>
/// Logarithms of load in two bytes: steps of 0.00032 over the loads that forecasters take, 0 for unknown.
/// </summary>
internal static class LogCode
{
    private const double Lowest = -7;
    private const double Highest = 14;
    private const double Step = (Highest - Lowest) / (ushort.MaxValue - 1);

    public static ushort Encode(double value) => double.IsNaN(value)
        ? (ushort)0
        : (ushort)(1 + Math.Round((Math.Clamp(value, Lowest, Highest) - Lowest) / Step));

    /// <summary>NaN for an unknown one.</summary>
    public static double Decode(ushort code) => code == 0 ? double.NaN : Lowest + (code - 1) * Step;
}
