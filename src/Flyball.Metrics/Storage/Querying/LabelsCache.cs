using System.Text;
using Flyball.Base.Codecs;
using Flyball.Metrics.Model;

namespace Flyball.Metrics.Storage.Querying;

/// <summary>
/// Labels and strings that queries asked for lately, so that a dashboard that refreshes makes them once. Fixed size: a
/// newer entry takes an older one's place. Thread-safe without a lock, because entries are immutable.
/// </summary>
internal sealed class LabelsCache(int slots = 16_384)
{
    private readonly Entry?[] _labels = new Entry?[slots];
    private readonly string?[] _strings = new string?[slots];

    /// <summary>The labels of canonical bytes.</summary>
    public Labels Get(ReadOnlySpan<byte> canonical, ulong hash)
    {
        ref Entry? place = ref _labels[(int)(hash % (ulong)slots)];
        Entry? known = Volatile.Read(ref place);
        if (known is not null && known.Hash == hash && canonical.SequenceEqual(known.Canonical)) return known.Labels;
        Labels labels = Make(canonical);
        Volatile.Write(ref place, new Entry(hash, canonical.ToArray(), labels));
        return labels;
    }

    private Labels Make(ReadOnlySpan<byte> canonical)
    {
        var labels = new List<Label>(16);
        var reader = new ByteReader(canonical);
        while (reader.RemainingBytes > 0) labels.Add(new Label(Text(reader.Sized()), Text(reader.Sized())));
        return Labels.FromSorted([.. labels]);
    }

    private string Text(ReadOnlySpan<byte> utf8)
    {
        ref string? place = ref _strings[(int)(Crc32C.Of(utf8) % (uint)slots)];
        string? known = Volatile.Read(ref place);
        if (known is not null && Ascii.Equals(utf8, known)) return known;
        string text = Encoding.UTF8.GetString(utf8);
        Volatile.Write(ref place, text);
        return text;
    }

    private sealed record Entry(ulong Hash, byte[] Canonical, Labels Labels);
}
