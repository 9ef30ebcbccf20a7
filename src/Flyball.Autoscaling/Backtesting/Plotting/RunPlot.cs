using System.Globalization;

namespace Flyball.Autoscaling.Backtesting.Plotting;

/// <summary>Draws a run's scored part: demand, ready and paid replicas, and the forecast's bands.</summary>
internal sealed class RunPlot(
    Simulation simulation, int[] ready, int[] paid, IReadOnlyList<PlottedBand> bands)
{
    /// <summary>Width of the drawing in pixels, and the most points a line has.</summary>
    public const int Columns = 1600;

    private const int Height = 500;
    private const int Margin = 50;
    private const int TimeMarksMax = 14;
    private const double CapacityShown = 2;
    private const int ValueMarksMax = 6;

    private static readonly (PlotColor Color, string Text)[] Legend =
    [
        (PlotColor.Demand, "demand"), (PlotColor.Extent, "least to largest"),
        (PlotColor.Ready, "ready"), (PlotColor.Paid, "paid"),
        (PlotColor.Median, "forecast, median"), (PlotColor.InnerBand, "forecast, 5-95 %"),
        (PlotColor.OuterBand, "forecast, 95-99 %"),
    ];

    private static readonly TimeSpan[] MarkSteps =
    [
        TimeSpan.FromMinutes(10), TimeSpan.FromHours(1), TimeSpan.FromHours(3), TimeSpan.FromHours(6),
        TimeSpan.FromHours(12), TimeSpan.FromDays(1), TimeSpan.FromDays(2), TimeSpan.FromDays(7), TimeSpan.FromDays(14),
        TimeSpan.FromDays(28), TimeSpan.FromDays(91), TimeSpan.FromDays(364),
    ];

    private readonly double[] load = simulation.Load.Load;
    private readonly int first = simulation.Load.WarmupTicks;

    /// <summary>Writes the picture as SVG, or as PNG where the path ends so.</summary>
    public void Save(string path, string title)
    {
        const int width = Columns + 2 * Margin, height = Height + 2 * Margin;
        IPlotCanvas canvas = path.EndsWith(".png", StringComparison.OrdinalIgnoreCase)
            ? new PngCanvas(width, height)
            : new SvgCanvas(width, height);
        Draw(canvas, title);
        canvas.Save(path);
    }

    private void Draw(IPlotCanvas canvas, string title)
    {
        double demand = Highest(load), capacity = paid.AsSpan(first).ToArray().Max();
        // One wild wish must not make everything else flat.
        var top = 1.05 * Math.Max(demand, Math.Min(capacity, CapacityShown * demand));
        DrawLegend(canvas, title);
        DrawTimes(canvas);
        DrawExtent(canvas, top);
        var shown = bands.Where(band => band.Tick >= first && band.Tick < load.Length).ToList();
        DrawBand(canvas, shown, top, PlotColor.OuterBand, band => (band.Band.High, band.Band.Highest));
        DrawBand(canvas, shown, top, PlotColor.InnerBand, band => (band.Band.Low, band.Band.High));
        DrawGrid(canvas, top);
        canvas.Line(Steps(paid, top), PlotColor.Paid, 1);
        canvas.Line(Steps(ready, top), PlotColor.Ready, 1);
        canvas.Line(Means(top), PlotColor.Demand, 1);
        if (shown.Count > 0)
            canvas.Line([.. shown.Select(band => At(band.Tick, band.Band.Median, top))], PlotColor.Median, 1);
    }

    private static void DrawLegend(IPlotCanvas canvas, string title)
    {
        canvas.Text(Margin, 20, title);
        double x = Margin;
        foreach (var (color, text) in Legend)
        {
            canvas.Fill([new(x, 30), new(x + 14, 30), new(x + 14, 38), new(x, 38)], color);
            canvas.Text(x + 20, 38, text);
            x += 40 + 8 * text.Length;
        }
        canvas.Text(Columns - 100, 20, "in replicas of work");
    }

    private static void DrawGrid(IPlotCanvas canvas, double top)
    {
        var step = RoundStep(top / ValueMarksMax);
        for (var k = 0; k * step <= top; k++)
        {
            var y = Y(k * step, top);
            canvas.Line([new(Margin, y), new(Margin + Columns, y)], PlotColor.Grid, 1);
            canvas.Text(8, y + 4, (k * step).ToString("0.######", CultureInfo.InvariantCulture));
        }
    }

    // 1, 2 or 5 times a power of ten, at least as long as asked.
    private static double RoundStep(double least)
    {
        var power = Math.Pow(10, Math.Floor(Math.Log10(least)));
        foreach (var digit in (double[])[1, 2, 5])
            if (digit * power >= least)
                return digit * power;
        return 10 * power;
    }

    private void DrawTimes(IPlotCanvas canvas)
    {
        var (start, tick) = (simulation.Load.Start, simulation.Load.Tick);
        DateTimeOffset from = start + first * tick, to = start + load.Length * tick;
        var step = MarkSteps.FirstOrDefault(one => (to - from) / one <= TimeMarksMax, MarkSteps[^1]);
        var form = step < TimeSpan.FromDays(1) ? "MM-dd HH:mm" : "yyyy-MM-dd";
        var mark = new DateTimeOffset((from.Ticks + step.Ticks - 1) / step.Ticks * step.Ticks, TimeSpan.Zero);
        for (; mark < to; mark += step)
        {
            var x = X((mark - start) / tick);
            canvas.Line([new(x, Margin), new(x, Margin + Height + 5)], PlotColor.Grid, 1);
            canvas.Text(x + 3, Margin + Height + 18, mark.ToString(form, CultureInfo.InvariantCulture));
        }
    }

    private void DrawBand(
        IPlotCanvas canvas, List<PlottedBand> shown, double top, PlotColor color,
        Func<PlottedBand, (double Low, double High)> edges)
    {
        if (shown.Count < 2)
            return;
        var upper = shown.Select(band => At(band.Tick, edges(band).High, top));
        var lower = shown.Select(band => At(band.Tick, edges(band).Low, top)).Reverse();
        canvas.Fill([.. upper, .. lower], color);
    }

    // What of the demand a column's mean hides; behind the bands, so that they show where it stays within them.
    private void DrawExtent(IPlotCanvas canvas, double top)
    {
        List<PlotPoint> upper = [], lower = [];
        foreach (var (from, to) in Parts())
        {
            var part = load.AsSpan(from, to - from);
            double low = part[0], high = part[0];
            foreach (var value in part)
                (low, high) = (Math.Min(low, value), Math.Max(high, value));
            AddStep(upper, from, to, high);
            AddStep(lower, from, to, low);
        }
        lower.Reverse();
        canvas.Fill([.. upper, .. lower], PlotColor.Extent);

        void AddStep(List<PlotPoint> edge, int from, int to, double value)
        {
            edge.Add(At(from, value, top));
            edge.Add(edge[^1] with { X = X(to) });
        }
    }

    private List<PlotPoint> Means(double top)
    {
        var points = new List<PlotPoint>();
        foreach (var (from, to) in Parts())
        {
            var sum = 0.0;
            foreach (var value in load.AsSpan(from, to - from))
                sum += value;
            points.Add(At(from, sum / (to - from), top));
        }
        return points;
    }

    // Each column shows its least and its largest value, so that no spike is lost.
    private List<PlotPoint> Steps(int[] replicas, double top)
    {
        var points = new List<PlotPoint>();
        foreach (var (from, to) in Parts())
        {
            var part = replicas.AsSpan(from, to - from);
            int low = part[0], high = part[0];
            foreach (var value in part)
                (low, high) = (Math.Min(low, value), Math.Max(high, value));
            if (points.Count > 0)
                points.Add(points[^1] with { X = X(from) });
            foreach (var value in (int[])[part[0], low, high, part[^1]])
                if (At(from, value, top) is var point && (points.Count == 0 || point != points[^1]))
                    points.Add(point);
        }
        return points;
    }

    // The ticks of each column.
    private IEnumerable<(int From, int To)> Parts()
    {
        var width = Math.Max(1, (load.Length - first) / Columns);
        for (var from = first; from < load.Length; from += width)
            yield return (from, Math.Min(load.Length, from + width));
    }

    private PlotPoint At(int tick, double value, double top) => new(X(tick), Y(Math.Clamp(value, 0, top), top));

    private double Highest(double[] values) => values.AsSpan(first).ToArray().Max();

    private double X(double tick) => Margin + (tick - first) * Columns / Math.Max(1, load.Length - first);

    private static double Y(double value, double top) => Margin + Height * (1 - value / top);
}
