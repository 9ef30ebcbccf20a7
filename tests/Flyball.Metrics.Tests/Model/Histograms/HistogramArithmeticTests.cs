using CsCheck;
using Flyball.Metrics.Model;
using Flyball.Metrics.Model.Histograms;

namespace Flyball.Metrics.Tests.Model.Histograms;

public sealed class HistogramArithmeticTests
{
    private static readonly Gen<(BucketSpan[] Spans, double[] Counts)> Side =
        Gen.Select(Gen.Int[-20, 20], Gen.Int[0, 6].Array[0, 8]).Select((first, counts) =>
        {
            var spans = new List<BucketSpan>();
            int gap = first;
            foreach (int count in counts)
            {
                spans.Add(new BucketSpan(gap, 1));
                gap = count;
            }

            return (spans.ToArray(), counts.Select(count => (double)count).ToArray());
        });

    private static readonly Gen<NativeHistogram> Exponential =
        Gen.Select(Gen.Int[-4, 8], Gen.Int[0, 3], Gen.Int[0, 5], Side, Side, Gen.Int[-100, 100])
            .Select((schema, zeroWidth, zeroCount, positive, negative, sum) =>
                NewExponential(schema, zeroWidth * 0.01, zeroCount, positive, negative, sum));

    private static readonly Gen<NativeHistogram> Custom =
        Gen.Select(Gen.Int[1, 20].HashSet[1, 6], Gen.Int[0, 9].Array[7]).Select((bounds, counts) => new NativeHistogram
        {
            Schema = NativeHistogram.CustomSchema,
            Count = counts.Take(bounds.Count + 1).Sum(),
            PositiveSpans = [new BucketSpan(0, bounds.Count + 1)],
            PositiveBuckets = [.. counts.Take(bounds.Count + 1).Select(count => (double)count)],
            CustomBounds = [.. bounds.Order().Select(bound => (double)bound)],
        });

    /// <summary>Buckets within the zero bucket are left out: no observation is in two buckets.</summary>
    private static NativeHistogram NewExponential(
        int schema,
        double zeroThreshold,
        double zeroCount,
        (BucketSpan[] Spans, double[] Counts) positive,
        (BucketSpan[] Spans, double[] Counts) negative,
        double sum)
    {
        BucketSide above = ZeroBucket.RemoveWithin(new(positive.Spans, positive.Counts, null), schema, zeroThreshold);
        BucketSide below = ZeroBucket.RemoveWithin(new(negative.Spans, negative.Counts, null), schema, zeroThreshold);
        return new NativeHistogram
        {
            Schema = schema,
            ZeroThreshold = zeroThreshold,
            ZeroCount = zeroCount,
            Count = zeroCount + above.Counts.Sum() + below.Counts.Sum(),
            Sum = sum,
            PositiveSpans = above.Spans,
            PositiveBuckets = above.Counts,
            NegativeSpans = below.Spans,
            NegativeBuckets = below.Counts,
        };
    }

    private static double InBuckets(NativeHistogram histogram) =>
        histogram.ZeroCount + histogram.PositiveBuckets.Sum() + histogram.NegativeBuckets.Sum();

    [Fact]
    public void TryAdd_AnyTwo_KeepsEveryObservation() =>
        Gen.Select(Gen.OneOf(Exponential, Custom), Gen.OneOf(Exponential, Custom)).Sample((a, b) =>
        {
            NativeHistogram? sum = HistogramArithmetic.TryAdd(a, b, out _);
            Assert.Equal(a.UsesCustomBuckets == b.UsesCustomBuckets, sum is not null);
            if (sum is null) return;
            Assert.Equal(a.Count + b.Count, sum.Count);
            Assert.Equal(a.Sum + b.Sum, sum.Sum);
            Assert.Equal(InBuckets(a) + InBuckets(b), InBuckets(sum));
            Assert.False(HistogramResets.IsReset(sum, a), "A sum has at least as many as its parts.");
        }, iter: 2000);

    [Fact]
    public void TryAdd_AnyTwo_DoesNotDependOnTheirOrder() =>
        Gen.Select(Exponential, Exponential).Sample((a, b) =>
        {
            NativeHistogram one = HistogramArithmetic.Compact(HistogramArithmetic.TryAdd(a, b, out _)!);
            NativeHistogram two = HistogramArithmetic.Compact(HistogramArithmetic.TryAdd(b, a, out _)!);
            Assert.True(
                HistogramEquality.AreEqual(one, two),
                $"{HistogramText.ToScript(a)} + {HistogramText.ToScript(b)} = {HistogramText.ToScript(one)} "
                + $"or {HistogramText.ToScript(two)}");
        }, iter: 2000);

    [Fact]
    public void TrySubtract_WhatWasAdded_LeavesTheFirst() =>
        Gen.Select(Exponential, Exponential).Sample((a, b) =>
        {
            // In one layout already: what was widened does not narrow again.
            NativeHistogram like = HistogramArithmetic.TryAdd(
                HistogramArithmetic.Multiply(a, 0), HistogramArithmetic.Multiply(b, 0), out _)!;
            a = HistogramArithmetic.TryAdd(a, like, out _)!;
            NativeHistogram sum = HistogramArithmetic.TryAdd(a, b, out _)!;
            if (sum.ZeroThreshold != a.ZeroThreshold) return;
            NativeHistogram rest = HistogramArithmetic.Compact(HistogramArithmetic.TrySubtract(sum, b, out _)!);
            Assert.True(HistogramEquality.AreEqual(HistogramArithmetic.Compact(a), rest));
        });

    [Fact]
    public void TryAdd_Operands_AreNotChanged() =>
        Gen.Select(Exponential, Exponential).Sample((a, b) =>
        {
            NativeHistogram before = a.Clone();
            _ = HistogramArithmetic.TryAdd(a, b, out _);
            _ = new CompensatedHistogram(a, null).TryAdd(b, -1, track: true, out _, out _);
            Assert.True(HistogramEquality.AreEqual(before, a));
        });

    [Fact]
    public void ReduceTo_CoarserSchema_MovesEachBucketIntoTheOneAroundIt() =>
        Gen.Select(Exponential, Gen.Int[0, 12]).Sample((histogram, less) =>
        {
            int schema = Math.Max(NativeHistogram.MinSchema, histogram.Schema - less);
            NativeHistogram reduced = HistogramArithmetic.ReduceTo(histogram, schema);
            Assert.Equal(histogram.PositiveBuckets.Sum(), reduced.PositiveBuckets.Sum());
            double[] bounds = [.. HistogramBuckets.Positive(reduced).Select(bucket => bucket.Upper)];
            double low = 0;
            foreach (double bound in bounds)
            {
                double expected = HistogramBuckets.Positive(histogram)
                    .Where(bucket => bucket.Upper > low * 1.0000001 && bucket.Upper <= bound * 1.0000001)
                    .Sum(bucket => bucket.Count);
                double actual = HistogramBuckets.Positive(reduced).Single(bucket => bucket.Upper == bound).Count;
                Assert.Equal(expected, actual);
                low = bound;
            }
        });

    [Fact]
    public void Trim_AtAnyValue_SplitsTheObservations() =>
        Gen.Select(Exponential, Gen.Double[-5, 5]).Sample((histogram, at) =>
        {
            double below = InBuckets(HistogramTrim.Trim(histogram, at, keepsBelow: true));
            double above = InBuckets(HistogramTrim.Trim(histogram, at, keepsBelow: false));
            Assert.InRange(below + above, InBuckets(histogram) - 1e-9, InBuckets(histogram) + 1e-9);
        });

    [Theory]
    [InlineData(0, 0, 1)]
    [InlineData(1, 0, 2)]
    [InlineData(-1, 0, 0.5)]
    [InlineData(1, 1, 1.414213562373095)]
    [InlineData(3, 2, 1.6817928305074288)]
    [InlineData(1, -1, 4)]
    [InlineData(512, -1, double.MaxValue)]
    [InlineData(1024, 0, double.MaxValue)]
    public void Exponential_Index_IsPrometheusBound(int index, int schema, double bound) =>
        Assert.Equal(bound, BucketBounds.Exponential(index, schema));
}
