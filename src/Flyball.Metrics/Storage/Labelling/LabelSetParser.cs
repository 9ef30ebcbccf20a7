using System.Text.Unicode;
using Flyball.Base.Codecs;

namespace Flyball.Metrics.Storage.Labelling;

/// <summary>
/// Brings the labels of a series that is new to the cache into canonical form: plain, sorted by name, no empty values,
/// within the limits. Holds scratch memory, so one thread at a time.
/// </summary>
internal sealed class LabelSetParser(TimeSeriesOptions options)
{
    private readonly List<(int NameAt, int NameSize, int ValueAt, int ValueSize)> _labels = [];
    private readonly ByteBuffer _canonical = new(512);

    /// <summary>The canonical form after a success, valid until the next call.</summary>
    public ReadOnlySpan<byte> Canonical => _canonical.Written;

    public SampleRefusal Parse(ReadOnlySpan<byte> source, LabelForm form)
    {
        _labels.Clear();
        _canonical.Clear();
        SampleRefusal refusal = form == LabelForm.Plain ? ReadPlain(source) : ReadProtobuf(source);
        if (refusal != SampleRefusal.None) return refusal;
        Sort(source);
        bool hasName = false;
        for (int index = 0; index < _labels.Count; index++)
        {
            ReadOnlySpan<byte> name = Name(source, index);
            if (index > 0 && name.SequenceEqual(Name(source, index - 1))) return SampleRefusal.RepeatedLabelName;
            hasName |= name.SequenceEqual("__name__"u8);
            _canonical.Sized(name);
            _canonical.Sized(source.Slice(_labels[index].ValueAt, _labels[index].ValueSize));
        }

        return hasName ? SampleRefusal.None : SampleRefusal.NoMetricName;
    }

    private ReadOnlySpan<byte> Name(ReadOnlySpan<byte> source, int index) =>
        source.Slice(_labels[index].NameAt, _labels[index].NameSize);

    private SampleRefusal ReadPlain(ReadOnlySpan<byte> source)
    {
        var reader = new ByteReader(source);
        while (reader.RemainingBytes > 0)
        {
            int nameSize = reader.Sized().Length;
            int nameAt = source.Length - reader.RemainingBytes - nameSize;
            int valueSize = reader.Sized().Length;
            int valueAt = source.Length - reader.RemainingBytes - valueSize;
            if (reader.IsFailed) return SampleRefusal.MalformedLabels;
            SampleRefusal refusal = Add(source, (nameAt, nameSize, valueAt, valueSize));
            if (refusal != SampleRefusal.None) return refusal;
        }

        return SampleRefusal.None;
    }

    private SampleRefusal ReadProtobuf(ReadOnlySpan<byte> source)
    {
        var reader = new ByteReader(source);
        while (reader.RemainingBytes > 0)
        {
            if (reader.Byte() != 0x0A) return SampleRefusal.MalformedLabels;
            ReadOnlySpan<byte> message = reader.Sized();
            int messageAt = source.Length - reader.RemainingBytes - message.Length;
            var fields = new ByteReader(message);
            (int NameAt, int NameSize, int ValueAt, int ValueSize) label = default;
            while (fields.RemainingBytes > 0)
            {
                int tag = fields.Byte();
                int size = fields.Sized().Length;
                int at = messageAt + message.Length - fields.RemainingBytes - size;
                if (tag == 0x0A) (label.NameAt, label.NameSize) = (at, size);
                else if (tag == 0x12) (label.ValueAt, label.ValueSize) = (at, size);
                else return SampleRefusal.MalformedLabels;
            }

            if (reader.IsFailed || fields.IsFailed) return SampleRefusal.MalformedLabels;
            SampleRefusal refusal = Add(source, label);
            if (refusal != SampleRefusal.None) return refusal;
        }

        return SampleRefusal.None;
    }

    private SampleRefusal Add(ReadOnlySpan<byte> source, (int NameAt, int NameSize, int ValueAt, int ValueSize) label)
    {
        if (label.NameSize == 0) return SampleRefusal.MalformedLabels;
        if (label.NameSize > options.LabelNameBytesMax) return SampleRefusal.LabelNameTooLong;
        if (label.ValueSize > options.LabelValueBytesMax) return SampleRefusal.LabelValueTooLong;
        if (!Utf8.IsValid(source.Slice(label.NameAt, label.NameSize))) return SampleRefusal.MalformedLabels;
        if (!Utf8.IsValid(source.Slice(label.ValueAt, label.ValueSize))) return SampleRefusal.MalformedLabels;
        // A label without a value is the same as no label.
        if (label.ValueSize == 0) return SampleRefusal.None;
        if (_labels.Count == options.LabelsMax) return SampleRefusal.TooManyLabels;
        _labels.Add(label);
        return SampleRefusal.None;
    }

    /// <summary>Insertion sort: senders sort, so this is one pass of comparisons.</summary>
    private void Sort(ReadOnlySpan<byte> source)
    {
        for (int index = 1; index < _labels.Count; index++)
        {
            var label = _labels[index];
            ReadOnlySpan<byte> name = source.Slice(label.NameAt, label.NameSize);
            int at = index;
            while (at > 0 && name.SequenceCompareTo(Name(source, at - 1)) < 0)
            {
                _labels[at] = _labels[at - 1];
                at--;
            }

            _labels[at] = label;
        }
    }
}
