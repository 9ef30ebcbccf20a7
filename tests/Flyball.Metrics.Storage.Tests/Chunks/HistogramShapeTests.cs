using Flyball.Metrics.Model;
using Flyball.Metrics.Storage.Chunks;

namespace Flyball.Metrics.Storage.Tests.Chunks;

/// <summary>What is let in must be safe to ask for: a query walks spans and bounds without looking back.</summary>
public sealed class HistogramShapeTests
{
    [Fact]
    public void IsWellFormed_CustomBuckets_NeedsBoundsForEachBucket()
    {
        Assert.True(HistogramCodec.IsWellFormed(Custom([1, 2], new BucketSpan(0, 3))));
        Assert.True(HistogramCodec.IsWellFormed(Custom([1, 2], new BucketSpan(1, 1), new BucketSpan(0, 1))));
        Assert.False(HistogramCodec.IsWellFormed(Custom([1, 2], new BucketSpan(0, 4))));
        Assert.False(HistogramCodec.IsWellFormed(Custom([1, 2], new BucketSpan(-1, 2))));
        Assert.False(HistogramCodec.IsWellFormed(Custom([2, 1], new BucketSpan(0, 1))));
        Assert.False(HistogramCodec.IsWellFormed(Custom([1, double.PositiveInfinity], new BucketSpan(0, 1))));
    }

    [Fact]
    public void IsWellFormed_SpansThatGoBack_AreRefused()
    {
        NativeHistogram histogram = Custom([], new BucketSpan(-5, 2), new BucketSpan(-1, 1));
        histogram.Schema = 0;
        Assert.False(HistogramCodec.IsWellFormed(histogram));
        histogram.PositiveSpans = [new BucketSpan(-5, 2), new BucketSpan(3, 1)];
        Assert.True(HistogramCodec.IsWellFormed(histogram));
        histogram.PositiveSpans = [new BucketSpan(int.MaxValue, 3)];
        Assert.False(HistogramCodec.IsWellFormed(histogram));
    }

    private static NativeHistogram Custom(double[] bounds, params BucketSpan[] spans) => new()
    {
        Schema = NativeHistogram.CustomSchema,
        CustomBounds = bounds,
        PositiveSpans = spans,
        PositiveBuckets = new double[spans.Sum(span => span.Length)],
    };
}
