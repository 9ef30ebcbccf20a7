namespace Flyball.Autoscaling.Backtesting.Plotting;

/// <summary>What pictures are drawn on. Lengths are in pixels from the upper left corner.</summary>
internal interface IPlotCanvas
{
    void Fill(IReadOnlyList<PlotPoint> polygon, PlotColor color);

    void Line(IReadOnlyList<PlotPoint> points, PlotColor color, double width);

    /// <summary>Text whose line of letters begins at a point.</summary>
    void Text(double x, double y, string text);

    void Save(string path);
}
