using System.Text;
using Flyball.Base.Codecs;
using Flyball.Metrics.Model;
using Flyball.Metrics.RemoteWrite;
using Flyball.Metrics.Storage;
using Flyball.Metrics.Storage.Labelling;

namespace Flyball.Metrics.Hosting;

/// <summary>The labels of a batch's series as text, for telling a sender what was refused.</summary>
internal static class BatchLabels
{
    /// <summary>Labels longer than this in all are cut: an answer is no place for a bomb.</summary>
    private const int CharactersMax = 1_000;

    public static string Describe(SampleBatch batch, int series)
    {
        if (series < 0 || series >= batch.SeriesCount) return "";
        ReadOnlySpan<byte> bytes = batch.LabelBytes(in batch.Series[series]);
        var text = new StringBuilder("{");
        if (batch.Form == LabelForm.Plain) Plain(bytes, text);
        else Protobuf(bytes, text);
        return text.Length < CharactersMax ? text.Append('}').ToString() : text.Append('…').ToString();
    }

    private static void Plain(ReadOnlySpan<byte> bytes, StringBuilder text)
    {
        var reader = new ByteReader(bytes);
        while (reader.RemainingBytes > 0 && !reader.IsFailed && text.Length < CharactersMax)
        {
            ReadOnlySpan<byte> name = reader.Sized();
            Append(text, name, reader.Sized());
        }
    }

    private static void Protobuf(ReadOnlySpan<byte> bytes, StringBuilder text)
    {
        var reader = new ProtoReader(bytes);
        while (reader.TryNext() && text.Length < CharactersMax)
        {
            var label = new ProtoReader(reader.Sized());
            ReadOnlySpan<byte> name = default;
            ReadOnlySpan<byte> value = default;
            while (label.TryNext())
            {
                if (label.Field == 1) name = label.Sized();
                else if (label.Field == 2) value = label.Sized();
                else label.Skip();
            }

            Append(text, name, value);
        }
    }

    private static void Append(StringBuilder text, ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        if (text.Length > 1) text.Append(", ");
        text.Append(Short(name)).Append('=');
        Quoting.AppendQuoted(text, Short(value));
    }

    private static string Short(ReadOnlySpan<byte> utf8) =>
        Encoding.UTF8.GetString(utf8[..Math.Min(utf8.Length, CharactersMax)]);
}
