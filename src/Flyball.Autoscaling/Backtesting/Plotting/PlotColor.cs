namespace Flyball.Autoscaling.Backtesting.Plotting;

/// <summary>An opaque colour.</summary>
internal readonly record struct PlotColor(byte Red, byte Green, byte Blue)
{
    public static readonly PlotColor Demand = new(0x11, 0x11, 0x11);
    public static readonly PlotColor Extent = new(0xb8, 0xb8, 0xb8);
    public static readonly PlotColor Ready = new(0x2c, 0x9a, 0x4b);
    public static readonly PlotColor Paid = new(0xe0, 0x8a, 0x1e);
    public static readonly PlotColor Median = new(0x2f, 0x6f, 0xc4);
    public static readonly PlotColor InnerBand = new(0xa9, 0xc6, 0xee);
    public static readonly PlotColor OuterBand = new(0xd6, 0xe4, 0xf7);
    public static readonly PlotColor Grid = new(0xdd, 0xdd, 0xdd);
    public static readonly PlotColor Ink = new(0x33, 0x33, 0x33);

    /// <summary><c>#rrggbb</c></summary>
    public override string ToString() => $"#{Red:x2}{Green:x2}{Blue:x2}";
}
