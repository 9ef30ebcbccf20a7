using System.Text;
using CsCheck;
using Flyball.Metrics.Model;

namespace Flyball.Metrics.Tests.Model;

public sealed class LabelsTests
{
    [Fact]
    public void Compare_AnyTwoStrings_IsTheOrderOfTheirUtf8Bytes()
    {
        Gen<string> text = Gen.OneOf(
                Gen.Int[0x61, 0x63], Gen.Int[0xD700, 0xD7FF], Gen.Int[0xE000, 0xFFFF], Gen.Int[0x10000, 0x10FFFF])
            .Array[0, 4].Select(runes => string.Concat(runes.Select(char.ConvertFromUtf32)));
        Gen.Select(text, text).Sample((a, b) =>
            Math.Sign(ByteOrder.Compare(a, b))
            == Math.Sign(Encoding.UTF8.GetBytes(a).AsSpan().SequenceCompareTo(Encoding.UTF8.GetBytes(b))));
    }

    [Fact]
    public void Equals_SameLabelsInAnotherOrder_IsTrueAndHashesAgree()
    {
        Labels one = Labels.Of(("b", "2"), ("a", "1"), ("empty", ""));
        Labels two = Labels.Of(("a", "1"), ("b", "2"));

        Assert.Equal(one, two);
        Assert.Equal(one.StableHash, two.StableHash);
        Assert.NotEqual(one.StableHash, Labels.Of(("a", "12"), ("b", "")).StableHash);
        Assert.Equal("{a=\"1\", b=\"2\"}", one.ToString());
    }

    [Fact]
    public void With_NewReplacedAndEmptyValues_KeepsOrder()
    {
        Labels labels = Labels.Of(("b", "2")).With("c", "3").With("a", "1").With("b", "");

        Assert.Equal("{a=\"1\", c=\"3\"}", labels.ToString());
        Assert.Equal("", labels.Get("b"));
    }

    [Fact]
    public void WithoutMetricName_TypeAndUnitToo_DropsThemOnlyWhenAsked()
    {
        Labels labels = Labels.Of(("__name__", "m"), ("__type__", "counter"), ("job", "j"));

        Assert.Equal("{__type__=\"counter\", job=\"j\"}", labels.WithoutMetricName().ToString());
        Assert.Equal("{job=\"j\"}", labels.WithoutMetricName(andTypeAndUnit: true).ToString());
    }
}
