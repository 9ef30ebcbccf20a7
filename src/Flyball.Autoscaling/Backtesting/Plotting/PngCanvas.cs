namespace Flyball.Autoscaling.Backtesting.Plotting;

/// <summary>
/// A picture as PNG: polygons and lines by the share of each pixel that they cover, letters from
/// <see cref="PixelFont"/>.
/// </summary>
internal sealed class PngCanvas : IPlotCanvas
{
    // Rows are sampled this often; along a row the coverage is exact.
    private const int SamplesPerRow = 4;

    private readonly int width;
    private readonly int height;
    private readonly byte[] pixels;
    private readonly float[] coverage;
    private readonly List<double> crossings = [];

    public PngCanvas(int width, int height)
    {
        (this.width, this.height) = (width, height);
        pixels = new byte[width * height * 3];
        Array.Fill(pixels, (byte)0xff);
        coverage = new float[width];
    }

    public void Fill(IReadOnlyList<PlotPoint> polygon, PlotColor color)
    {
        if (polygon.Count < 3)
            return;
        var first = Math.Max(0, (int)Math.Floor(polygon.Min(p => p.Y)));
        var last = Math.Min(height - 1, (int)Math.Ceiling(polygon.Max(p => p.Y)));
        for (var row = first; row <= last; row++)
        {
            Array.Clear(coverage);
            for (var sample = 0; sample < SamplesPerRow; sample++)
                Cover(polygon, row + (sample + 0.5) / SamplesPerRow);
            Paint(row, color);
        }
    }

    public void Line(IReadOnlyList<PlotPoint> points, PlotColor color, double lineWidth)
    {
        for (var i = 1; i < points.Count; i++)
        {
            var (a, b) = (points[i - 1], points[i]);
            var length = Math.Sqrt((b.X - a.X) * (b.X - a.X) + (b.Y - a.Y) * (b.Y - a.Y));
            if (length < 1e-9)
                continue;
            // A rectangle around the segment, longer by half its width so that corners close.
            double dx = (b.X - a.X) / length * lineWidth / 2, dy = (b.Y - a.Y) / length * lineWidth / 2;
            Fill(
                [
                    new(a.X - dx + dy, a.Y - dy - dx), new(b.X + dx + dy, b.Y + dy - dx),
                    new(b.X + dx - dy, b.Y + dy + dx), new(a.X - dx - dy, a.Y - dy + dx),
                ],
                color);
        }
    }

    public void Text(double x, double y, string text)
    {
        var left = (int)Math.Round(x);
        foreach (var letter in text)
        {
            for (var column = 0; column < PixelFont.Width; column++)
                for (var row = 0; row < PixelFont.Height; row++)
                    if (PixelFont.IsSet(letter, column, row))
                        Set(left + column, (int)Math.Round(y) - PixelFont.Height + row);
            left += PixelFont.Width + 1;
        }
    }

    public void Save(string path) => PngFile.Write(path, pixels, width, height);

    // Even-odd: between each pair of crossings of the scan line is the inside.
    private void Cover(IReadOnlyList<PlotPoint> polygon, double y)
    {
        crossings.Clear();
        for (var i = 0; i < polygon.Count; i++)
        {
            var (a, b) = (polygon[i], polygon[(i + 1) % polygon.Count]);
            if (a.Y <= y != b.Y <= y)
                crossings.Add(a.X + (b.X - a.X) * (y - a.Y) / (b.Y - a.Y));
        }
        crossings.Sort();
        for (var i = 0; i + 1 < crossings.Count; i += 2)
            CoverSpan(Math.Clamp(crossings[i], 0, width), Math.Clamp(crossings[i + 1], 0, width));
    }

    private void CoverSpan(double from, double to)
    {
        for (var column = (int)from; column < Math.Min(width, Math.Ceiling(to)); column++)
            coverage[column] +=
                (float)((Math.Min(to, column + 1) - Math.Max(from, column)) / SamplesPerRow);
    }

    private void Paint(int row, PlotColor color)
    {
        for (var column = 0; column < width; column++)
            if (coverage[column] > 0)
                Blend((row * width + column) * 3, color, Math.Min(1, coverage[column]));
    }

    private void Set(int x, int y)
    {
        if (x >= 0 && x < width && y >= 0 && y < height)
            Blend((y * width + x) * 3, PlotColor.Ink, 1);
    }

    private void Blend(int at, PlotColor color, float share)
    {
        pixels[at] = Mix(pixels[at], color.Red);
        pixels[at + 1] = Mix(pixels[at + 1], color.Green);
        pixels[at + 2] = Mix(pixels[at + 2], color.Blue);

        byte Mix(byte under, byte over) => (byte)MathF.Round(under + (over - under) * share);
    }
}
