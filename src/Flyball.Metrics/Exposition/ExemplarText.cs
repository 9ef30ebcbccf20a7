using Flyball.Base.Codecs;
using Flyball.Metrics.Model;
using Flyball.Metrics.Storage;

namespace Flyball.Metrics.Exposition;

/// <summary>An exemplar in OpenMetrics' spelling: <c>{trace_id="a"} 0.5 1700000000.25</c>.</summary>
internal ref struct ExemplarText(ReadOnlySpan<byte> text, long sampleMs)
{
    /// <summary>UTF-8 characters of names and values together, as OpenMetrics bounds them.</summary>
    public const int LabelCharactersMax = 128;

    private readonly ReadOnlySpan<byte> _text = text;

    public string Error { get; private set; } = "";

    public int ErrorOffset { get; private set; }

    public bool TryDecode(out BatchExemplar exemplar)
    {
        exemplar = default;
        int labelsEnd = SeriesSpan.EndOfBraces(_text, 0);
        if (labelsEnd < 0) return Fail("the labels of the exemplar are not closed", 0);
        // The labels are those of a series without a name, so a name is lent to the decoder.
        byte[] series = [(byte)'e', .. _text[..labelsEnd]];
        var plain = new ByteBuffer();
        var decoder = new SeriesText(series, ExpositionFormat.OpenMetrics, MetricType.Unknown);
        if (!decoder.TryDecode(plain)) return Fail(decoder.Error, Math.Max(0, decoder.ErrorOffset - 1));
        if (!PlainLabels.TryRead(plain.Written, out Labels labels))
            return Fail("a label of the exemplar comes twice", 0);
        labels = labels.WithoutMetricName();
        if (CharacterCount(labels) > LabelCharactersMax)
            return Fail($"the labels of the exemplar have more than {LabelCharactersMax} characters", 0);
        if (labelsEnd == _text.Length || _text[labelsEnd] != ' ') return Fail("a blank is expected", labelsEnd);
        return TryDecodeNumbers(_text[(labelsEnd + 1)..], labelsEnd + 1, labels, out exemplar);
    }

    private bool TryDecodeNumbers(ReadOnlySpan<byte> numbers, int offset, Labels labels, out BatchExemplar exemplar)
    {
        exemplar = default;
        int blank = numbers.IndexOf((byte)' ');
        ReadOnlySpan<byte> valueText = blank < 0 ? numbers : numbers[..blank];
        if (!FloatText.TryParse(valueText, out double value))
            return Fail("the exemplar's value is no number", offset);
        long timestampMs = sampleMs;
        if (blank >= 0)
        {
            if (!FloatText.TryParse(numbers[(blank + 1)..], out double seconds)
                || Math.Abs(seconds) > TextExposition.SecondsMax || double.IsNaN(seconds))
                return Fail("the exemplar's timestamp is no number of seconds", offset + blank + 1);
            timestampMs = (long)(seconds * 1000);
        }

        exemplar = new BatchExemplar(timestampMs, value, labels);
        return true;
    }

    private static int CharacterCount(Labels labels)
    {
        int count = 0;
        foreach (Label label in labels.Items)
            count += label.Name.EnumerateRunes().Count() + label.Value.EnumerateRunes().Count();
        return count;
    }

    private bool Fail(string message, int at)
    {
        (Error, ErrorOffset) = (message, at);
        return false;
    }
}
