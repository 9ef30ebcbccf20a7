namespace Flyball.Autoscaling.Forecasting;

/// <summary>
/// The features of the last ticks, until their outcome is known. Kept as floats: they are no more exact.
/// </summary>
internal sealed class FeatureRing(int ticks, int width)
{
    private readonly float[] ring = new float[ticks * width];

    public void Write(long tick, ReadOnlySpan<double> features)
    {
        var into = Of(tick);
        for (var i = 0; i < width; i++)
            into[i] = (float)features[i];
    }

    public void Read(long tick, Span<double> features)
    {
        var from = Of(tick);
        for (var i = 0; i < width; i++)
            features[i] = from[i];
    }

    private Span<float> Of(long tick) => ring.AsSpan((int)(tick % ticks) * width, width);
}
