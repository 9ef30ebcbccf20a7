using System.Globalization;
using System.Net;
using System.Text;

namespace Flyball.Autoscaling.Backtesting;

/// <summary>Draws a run's scored part as SVG: demand, ready and paid replicas, and the forecast's bands.</summary>
internal sealed class RunPlot(
    Simulation simulation, int[] ready, int[] paid, IReadOnlyList<ForecastBand> bands)
{
    /// <summary>Width of the picture in units, and the most points a line has.</summary>
    public const int Columns = 1600;

    private const int Height = 500;
    private const int Margin = 50;

    private readonly double[] load = simulation.Load.Load;
    private readonly int first = simulation.Load.WarmupTicks;

    public string Draw(string title)
    {
        var top = Math.Max(load.AsSpan(first).ToArray().Max(), paid.AsSpan(first).ToArray().Max()) * 1.05;
        var svg = new StringBuilder();
        svg.Append(CultureInfo.InvariantCulture,
            $"""<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {Columns + 2 * Margin} {Height + 2 * Margin}" """);
        svg.Append("""font-family="sans-serif" font-size="13"><rect width="100%" height="100%" fill="#fff"/>""");
        svg.Append(CultureInfo.InvariantCulture, $"""<text x="{Margin}" y="24">{WebUtility.HtmlEncode(title)}: """);
        svg.Append("demand (black), forecast 5–95 % and 99 % (blue), ready (green), paid (orange)</text>");
        Grid(svg, top);
        Band(svg, top, b => b.Low, b => b.Highest, "#d6e4f7");
        Band(svg, top, b => b.Low, b => b.High, "#a9c6ee");
        Line(svg, bands.Where(b => b.Tick >= first).Select(b => (b.Tick, b.Median)), top, "#2f6fc4");
        Line(svg, Steps(paid), top, "#e08a1e");
        Line(svg, Steps(ready), top, "#2c9a4b");
        Line(svg, Columnwise(), top, "#111");
        return svg.Append("</svg>\n").ToString();
    }

    // Each column shows its least and its largest value, so that no spike is lost.
    private IEnumerable<(int Tick, double Value)> Columnwise()
    {
        var width = Math.Max(1, (load.Length - first) / Columns);
        for (var from = first; from < load.Length; from += width)
        {
            var part = load.AsSpan(from, Math.Min(width, load.Length - from));
            double low = part[0], high = part[0];
            foreach (var value in part)
                (low, high) = (Math.Min(low, value), Math.Max(high, value));
            yield return (from, low);
            yield return (from, high);
        }
    }

    private IEnumerable<(int Tick, double Value)> Steps(int[] replicas)
    {
        var width = Math.Max(1, (load.Length - first) / Columns);
        for (var tick = first; tick < load.Length; tick += width)
            yield return (tick, replicas[tick]);
    }

    private static void Grid(StringBuilder svg, double top)
    {
        for (var k = 0; k <= 5; k++)
        {
            var value = top * k / 5;
            svg.Append(CultureInfo.InvariantCulture,
                $"""<line x1="{Margin}" x2="{Margin + Columns}" y1="{Y(value, top):F1}" y2="{Y(value, top):F1}" """);
            svg.Append(CultureInfo.InvariantCulture,
                $"""stroke="#ddd"/><text x="8" y="{Y(value, top) + 4:F1}">{value:F0}</text>""");
        }
    }

    private void Band(
        StringBuilder svg, double top, Func<ForecastBand, double> low, Func<ForecastBand, double> high, string colour)
    {
        var shown = bands.Where(b => b.Tick >= first && b.Tick < load.Length).ToList();
        if (shown.Count == 0)
            return;
        svg.Append("<polygon points=\"");
        foreach (var band in shown)
            Point(svg, band.Tick, Math.Min(top, high(band)), top);
        for (var i = shown.Count - 1; i >= 0; i--)
            Point(svg, shown[i].Tick, Math.Min(top, low(shown[i])), top);
        svg.Append(CultureInfo.InvariantCulture, $"\" fill=\"{colour}\"/>");
    }

    private void Line(StringBuilder svg, IEnumerable<(int Tick, double Value)> points, double top, string colour)
    {
        svg.Append("<polyline points=\"");
        foreach (var (tick, value) in points)
            if (tick < load.Length)
                Point(svg, tick, Math.Min(top, value), top);
        svg.Append(CultureInfo.InvariantCulture, $"\" fill=\"none\" stroke=\"{colour}\" stroke-width=\"1\"/>");
    }

    private void Point(StringBuilder svg, int tick, double value, double top) =>
        svg.Append(CultureInfo.InvariantCulture, $"{X(tick):F1},{Y(value, top):F1} ");

    private double X(int tick) => Margin + (tick - first) * (double)Columns / Math.Max(1, load.Length - first);

    private static double Y(double value, double top) => Margin + Height * (1 - value / top);
}
