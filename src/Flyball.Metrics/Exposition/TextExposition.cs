using System.Text;

namespace Flyball.Metrics.Exposition;

/// <summary>
/// Reads Prometheus' text format and OpenMetrics 1.0. A series is cut out, not decoded: the sink decodes those that it
/// sees for the first time. See https://prometheus.io/docs/instrumenting/exposition_formats/ and
/// https://github.com/prometheus/OpenMetrics/blob/v1.0.0/specification/OpenMetrics.md.
/// </summary>
internal ref struct TextExposition
{
    /// <summary>Seconds of a timestamp at most: what fits into 64 bits of milliseconds.</summary>
    public const double SecondsMax = 9_223_372_036_854_775;

    private const int QuotedBytesMax = 40;

    private readonly ReadOnlySpan<byte> _body;
    private readonly ExpositionFormat _format;
    private int _at;
    private MetricType _type;
    private ReadOnlySpan<byte> _family;
    private ExpositionError? _error;
    private bool _isEnded;

    private TextExposition(ReadOnlySpan<byte> body, ExpositionFormat format)
    {
        _body = body;
        _format = format;
    }

    /// <summary>Null when the whole body was read, or the sink stopped without an error of its own.</summary>
    public static ExpositionError? Read<TSink>(ReadOnlySpan<byte> body, ExpositionFormat format, ref TSink sink)
        where TSink : IExpositionSink
    {
        var reader = new TextExposition(body, format);
        while (reader._at < body.Length)
        {
            if (reader.ReadLine(ref sink)) continue;
            return reader._error;
        }

        if (format == ExpositionFormat.OpenMetrics && !reader._isEnded)
            return ExpositionError.At(body, body.Length, "the body does not end with '# EOF'");
        sink.EndFamily();
        return null;
    }

    private readonly bool IsStrict => _format == ExpositionFormat.OpenMetrics;

    private bool ReadLine<TSink>(ref TSink sink) where TSink : IExpositionSink
    {
        if (_isEnded) return Fail("nothing may follow '# EOF'");
        byte first = _body[_at];
        if (first == '#') return ReadComment(ref sink);
        if (!IsStrict && first is (byte)'\n' or (byte)' ' or (byte)'\t')
        {
            _at++;
            return true;
        }

        return first == '\n' ? Fail("an empty line is not allowed") : ReadSample(ref sink);
    }

    private bool ReadSample<TSink>(ref TSink sink) where TSink : IExpositionSink
    {
        int start = _at;
        int end = SeriesSpan.End(_body, start, allowsBlanks: !IsStrict);
        if (end < 0) return FailSeries(start);
        var sample = new ExpositionSample
        {
            Series = _body[start..end],
            Offset = start,
            Format = _format,
            Type = _type,
        };
        _at = end;
        if (!SkipBlank() || !TakeToken(out ReadOnlySpan<byte> token)) return FailValue(start, end);
        if (!FloatText.TryParse(token, out sample.Value))
            return Fail($"{Show(token)} is no number", _at - token.Length);
        if (!ReadTimestamp(ref sample)) return false;
        if (sink.Sample(ref sample)) return true;
        if (sample.Error is not null) _error = ExpositionError.At(_body, sample.ErrorOffset, sample.Error);
        return false;
    }

    private bool ReadTimestamp(ref ExpositionSample sample)
    {
        if (AtLineEnd()) return true;
        if (!SkipBlank()) return Fail("a blank or the end of the line is expected");
        if (!IsStrict && AtLineEnd()) return true;
        if (IsStrict && _at < _body.Length && _body[_at] == '#') return ReadExemplar(ref sample);
        int start = _at;
        if (!TakeToken(out ReadOnlySpan<byte> token)) return Fail("a timestamp is expected");
        sample.HasTimestamp = true;
        if (IsStrict)
        {
            if (!FloatText.TryParse(token, out double seconds) || double.IsNaN(seconds)
                || Math.Abs(seconds) > SecondsMax)
                return Fail($"{Show(token)} is no timestamp in seconds", start);
            sample.TimestampMs = (long)(seconds * 1000);
        }
        else if (!FloatText.TryParseInteger(token, out sample.TimestampMs))
        {
            return Fail($"{Show(token)} is no timestamp in milliseconds", start);
        }

        if (!IsStrict) SkipBlank();
        if (AtLineEnd()) return true;
        if (!IsStrict || !SkipBlank() || _at == _body.Length || _body[_at] != '#')
            return Fail("the end of the line is expected");
        return ReadExemplar(ref sample);
    }

    /// <summary>Cuts out the exemplar behind <c> # </c>.</summary>
    private bool ReadExemplar(ref ExpositionSample sample)
    {
        _at++;
        if (!SkipBlank() || _at == _body.Length || _body[_at] != '{') return Fail("'{' of an exemplar is expected");
        int start = _at;
        int end = SeriesSpan.EndOfBraces(_body, start);
        if (end < 0) return Fail("the labels of the exemplar are not closed");
        int lineEnd = LineEnd(end);
        sample.ExemplarText = _body[start..lineEnd];
        sample.ExemplarOffset = start;
        _at = lineEnd;
        return AtLineEnd();
    }

    private bool ReadComment<TSink>(ref TSink sink) where TSink : IExpositionSink
    {
        int start = _at;
        int end = LineEnd(start);
        var comment = new CommentLine(_body[start..end], _format);
        _at = end;
        switch (comment.Read())
        {
            case CommentKind.Metadata:
                if (!comment.Name.SequenceEqual(_family))
                {
                    sink.EndFamily();
                    _family = comment.Name;
                    _type = MetricType.Unknown;
                }

                if (comment.Field == MetadataField.Type) _type = comment.Type;
                sink.Metadata(comment.Name, comment.Field, comment.Type, comment.Text);
                return AtLineEnd();
            case CommentKind.End:
                _isEnded = true;
                return _at == _body.Length || AtLineEnd();
            case CommentKind.Other:
                return _at == _body.Length || AtLineEnd();
            default:
                return Fail(comment.Error, start + comment.ErrorOffset);
        }
    }

    /// <summary>Passes the line feed; the text format also lets a body end without one.</summary>
    private bool AtLineEnd()
    {
        if (_at == _body.Length) return !IsStrict || Fail("the body does not end with '# EOF'");
        if (_body[_at] != '\n') return false;
        _at++;
        return true;
    }

    /// <summary>OpenMetrics has exactly one blank, the text format any number of blanks and tabs.</summary>
    private bool SkipBlank()
    {
        int start = _at;
        if (IsStrict)
        {
            if (_at < _body.Length && _body[_at] == ' ') _at++;
        }
        else
        {
            while (_at < _body.Length && _body[_at] is (byte)' ' or (byte)'\t') _at++;
        }

        return _at > start;
    }

    private bool TakeToken(out ReadOnlySpan<byte> token)
    {
        int start = _at;
        while (_at < _body.Length && _body[_at] is not ((byte)' ' or (byte)'\n' or (byte)'\t')) _at++;
        token = _body[start.._at];
        return !token.IsEmpty;
    }

    private readonly int LineEnd(int from)
    {
        int step = _body[from..].IndexOf((byte)'\n');
        return step < 0 ? _body.Length : from + step;
    }

    /// <summary>The series does not close: the decoder knows why, unless only the brace is missing.</summary>
    private bool FailSeries(int start)
    {
        var series = new SeriesText(_body[start..LineEnd(start)], _format, MetricType.Unknown);
        string message = series.TryDecode(new Flyball.Base.Codecs.ByteBuffer()) ? "'}' is missing" : series.Error;
        return Fail(message, start + series.ErrorOffset);
    }

    /// <summary>Without a value, a mistake in the series is the better explanation.</summary>
    private bool FailValue(int start, int end)
    {
        var series = new SeriesText(_body[start..end], _format, MetricType.Unknown);
        return series.TryDecode(new Flyball.Base.Codecs.ByteBuffer())
            ? Fail("a value is expected")
            : Fail(series.Error, start + series.ErrorOffset);
    }

    private bool Fail(string message, int at = -1)
    {
        _error ??= ExpositionError.At(_body, at < 0 ? _at : at, message);
        return false;
    }

    private static string Show(ReadOnlySpan<byte> token) =>
        token.Length <= QuotedBytesMax
            ? $"'{Encoding.UTF8.GetString(token)}'"
            : $"'{Encoding.UTF8.GetString(token[..QuotedBytesMax])}…'";
}
