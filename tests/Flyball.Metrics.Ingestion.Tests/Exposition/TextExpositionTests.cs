using System.Runtime.CompilerServices;
using System.Text;
using CsCheck;
using Flyball.Metrics.Exposition;

namespace Flyball.Metrics.Ingestion.Tests.Exposition;

public sealed class TextExpositionTests
{
    /// <summary>Pieces of the grammar and of what breaks it: random bytes alone rarely get past the first.</summary>
    private static readonly string[] Pieces =
    [
        "a", "b_total", "{", "}", "\"", "\\", "\\n", "\n", " ", "\t", ",", "=", "x=\"y\"", "le=\"1\"", "1", "1.5e3",
        "-", "NaN", "+Inf", "#", "# ", "# TYPE ", "# HELP ", "# UNIT ", "# EOF\n", "histogram", "seconds", "\0", "ü",
        " # {", "} 1 2", "9223372036854775807", "1e308", "é\"",
    ];

    [Fact]
    public void Read_Goldens_Agree() => GoldenScript.Check(
        Path.Combine(Here(), "expositions.golden"),
        (name, input) => RecordingSink.Read(
            Encoding.UTF8.GetBytes(input),
            name.StartsWith("openmetrics", StringComparison.Ordinal)
                ? ExpositionFormat.OpenMetrics
                : ExpositionFormat.Text));

    [Fact]
    public void Read_RandomBytes_EndsWithAResult() => Gen.Byte.Array[0, 400].Sample(
        bytes =>
        {
            _ = RecordingSink.Read(bytes, ExpositionFormat.Text);
            _ = RecordingSink.Read(bytes, ExpositionFormat.OpenMetrics);
        },
        iter: 5000, threads: 1);

    [Fact]
    public void Read_RandomPieces_EndsWithAResultWithinTheBody() =>
        Gen.Int[0, Pieces.Length - 1].Select(index => Pieces[index]).Array[0, 60].Sample(
        pieces =>
        {
            byte[] body = Encoding.UTF8.GetBytes(string.Concat(pieces));
            foreach (ExpositionFormat format in (ReadOnlySpan<ExpositionFormat>)
                [ExpositionFormat.Text, ExpositionFormat.OpenMetrics])
            {
                var sink = new RecordingSink();
                ExpositionError? error = TextExposition.Read(body, format, ref sink);
                Assert.True(sink.Samples <= body.Length);
                if (error is null) continue;
                Assert.InRange(error.Line, 1, body.Count(b => b == '\n') + 1);
                Assert.InRange(error.Column, 1, body.Length + 1);
            }
        },
        iter: 20_000, threads: 1);

    [Fact]
    public void Read_BodyCutAtEachByte_GivesAPrefixOfTheSamples()
    {
        byte[] body = "# TYPE a counter\na{b=\"c\\\"d\"} 1.5 17\nb 2 # {x=\"y\"} 1 2\n# EOF\n"u8.ToArray();
        string whole = RecordingSink.Read(body, ExpositionFormat.OpenMetrics);
        Assert.DoesNotContain("error", whole);
        for (int length = 0; length < body.Length - 1; length++)
        {
            string[] lines = RecordingSink.Read(body[..length], ExpositionFormat.OpenMetrics)
                .Split('\n', StringSplitOptions.RemoveEmptyEntries);
            Assert.StartsWith("error", lines[^1]);
            Assert.StartsWith(string.Concat(lines[..^1].Select(line => line + "\n")), whole);
        }
    }

    [Fact]
    public void TryParse_FastAndGeneralPath_AgreeWithTheRuntime() => Gen.Double.Sample(
        value =>
        {
            foreach (string format in (string[])["R", "E5", "G4", "F3"])
            {
                string text = value.ToString(format, System.Globalization.CultureInfo.InvariantCulture);
                if (text.Length > 400) continue;
                bool isParsed = FloatText.TryParse(Encoding.UTF8.GetBytes(text), out double read);
                double expected = double.Parse(text, System.Globalization.CultureInfo.InvariantCulture);
                if (double.IsNaN(expected) || text.Contains('∞')) continue;
                Assert.Equal(double.IsFinite(expected), isParsed);
                if (isParsed)
                    Assert.Equal(BitConverter.DoubleToInt64Bits(expected), BitConverter.DoubleToInt64Bits(read));
            }
        },
        iter: 20_000, threads: 1);

    [Theory]
    [InlineData("1_000"), InlineData(""), InlineData("."), InlineData("-"), InlineData("1e"), InlineData("1,5")]
    [InlineData(" 1"), InlineData("0x1p3"), InlineData("infinit"), InlineData("--1"), InlineData("1.2.3")]
    public void TryParse_WhatGoRefuses_IsRefused(string text) =>
        Assert.False(FloatText.TryParse(Encoding.UTF8.GetBytes(text), out _));

    private static string Here([CallerFilePath] string file = "") => Path.GetDirectoryName(file)!;
}
