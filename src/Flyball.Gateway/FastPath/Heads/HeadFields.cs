using System.Buffers;

namespace Flyball.Gateway.FastPath.Heads;

/// <summary>
/// The header fields of one head, parsed strictly and in place. Two vectorised searches a line, for the first byte that
/// no name and the first that no value may have, find its parts and prove them well-formed at once. One object serves
/// all heads of a loop.
/// </summary>
internal sealed class HeadFields(int most)
{
    /// <summary>RFC 9110 §5.6.2: what names, methods and the like consist of.</summary>
    public static readonly SearchValues<byte> TokenBytes = SearchValues.Create(
        "!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"u8);

    /// <summary>Control characters but the tab: the first one in a value must be its line's end.</summary>
    private static readonly SearchValues<byte> ControlBytes = SearchValues.Create(
        [.. Enumerable.Range(0, 32).Where(code => code != '\t').Select(code => (byte)code), 127]);

    private readonly HeadField[] items = new HeadField[most];

    public ReadOnlySpan<HeadField> Items => items.AsSpan(0, Count);

    public int Count { get; private set; }

    /// <summary>
    /// Reads lines from <paramref name="at"/> to the empty one; on success <paramref name="at"/> is behind it.
    /// </summary>
    public HeadVerdict Parse(ReadOnlySpan<byte> head, ref int at, out HeadFault? fault)
    {
        Count = 0;
        fault = null;
        while (true)
        {
            if (at >= head.Length) return HeadVerdict.Incomplete;
            byte first = head[at];
            if (first == '\r') return End(head, ref at, out fault);
            if (Count == items.Length)
            {
                fault = HeadFault.ManyFields;
                return HeadVerdict.Refused;
            }

            HeadVerdict line = Line(head, ref at, out fault);
            if (line != HeadVerdict.Complete) return line;
        }
    }

    private HeadVerdict Line(ReadOnlySpan<byte> head, ref int at, out HeadFault? fault)
    {
        fault = null;
        ReadOnlySpan<byte> line = head[at..];
        int colon = line.IndexOfAnyExcept(TokenBytes);
        if (colon < 0) return HeadVerdict.Incomplete;
        if (colon == 0 || line[colon] != ':') return Refuse(NameFault(line, colon), out fault);
        int value = colon + 1;
        while (value < line.Length && line[value] is (byte)' ' or (byte)'\t') value++;
        int length = line[value..].IndexOfAny(ControlBytes);
        if (length < 0) return HeadVerdict.Incomplete;
        int end = value + length;
        if (line[end] != '\r')
            return Refuse(line[end] == '\n' ? HeadFault.LineBreak : HeadFault.Control, out fault);
        if (end + 1 == line.Length) return HeadVerdict.Incomplete;
        if (line[end + 1] != '\n') return Refuse(HeadFault.LineBreak, out fault);
        while (length > 0 && line[value + length - 1] is (byte)' ' or (byte)'\t') length--;

        ref HeadField field = ref items[Count++];
        field.Start = at;
        field.NameLength = colon;
        field.ValueStart = at + value;
        field.ValueLength = length;
        field.End = at + end + 2;
        field.Id = FieldNames.Find(line[..colon]);
        at = field.End;
        return HeadVerdict.Complete;
    }

    private static HeadFault NameFault(ReadOnlySpan<byte> line, int at) => line[at] switch
    {
        (byte)' ' or (byte)'\t' when at == 0 => HeadFault.Folded,
        (byte)' ' or (byte)'\t' => HeadFault.SpaceBeforeColon,
        (byte)'\r' or (byte)'\n' => HeadFault.LineBreak,
        _ => HeadFault.FieldName,
    };

    private static HeadVerdict End(ReadOnlySpan<byte> head, ref int at, out HeadFault? fault)
    {
        fault = null;
        if (at + 1 == head.Length) return HeadVerdict.Incomplete;
        if (head[at + 1] != '\n') return Refuse(HeadFault.LineBreak, out fault);
        at += 2;
        return HeadVerdict.Complete;
    }

    private static HeadVerdict Refuse(HeadFault reason, out HeadFault? fault)
    {
        fault = reason;
        return HeadVerdict.Refused;
    }
}
