using System.Globalization;
using System.Net;
using System.Text;

namespace Flyball.Autoscaling.Backtesting.Plotting;

/// <summary>A picture as SVG.</summary>
internal sealed class SvgCanvas : IPlotCanvas
{
    private static readonly CultureInfo Invariant = CultureInfo.InvariantCulture;

    private readonly StringBuilder svg = new();

    public SvgCanvas(int width, int height)
    {
        svg.Append(Invariant, $"""<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" """);
        svg.Append("""font-family="sans-serif" font-size="13"><rect width="100%" height="100%" fill="#fff"/>""");
    }

    public void Fill(IReadOnlyList<PlotPoint> polygon, PlotColor color)
    {
        svg.Append("\n<polygon points=\"");
        Append(polygon);
        svg.Append(Invariant, $"\" fill=\"{color}\"/>");
    }

    public void Line(IReadOnlyList<PlotPoint> points, PlotColor color, double width)
    {
        svg.Append("\n<polyline points=\"");
        Append(points);
        svg.Append(Invariant, $"\" fill=\"none\" stroke=\"{color}\" stroke-width=\"{width}\"/>");
    }

    public void Text(double x, double y, string text) => svg.Append(
        Invariant, $"\n<text x=\"{x:F1}\" y=\"{y:F1}\" fill=\"{PlotColor.Ink}\">{WebUtility.HtmlEncode(text)}</text>");

    public void Save(string path) => File.WriteAllText(path, svg.ToString() + "\n</svg>\n");

    private void Append(IReadOnlyList<PlotPoint> points)
    {
        foreach (var point in points)
            svg.Append(Invariant, $"{point.X:F1},{point.Y:F1} ");
    }
}
