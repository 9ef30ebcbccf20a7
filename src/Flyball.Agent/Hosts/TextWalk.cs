using System.Buffers.Text;

namespace Flyball.Agent.Hosts;

/// <summary>Walks the lines of a kernel's table, and the words of a line, without making strings.</summary>
internal ref struct TextWalk(ReadOnlySpan<byte> text)
{
    private ReadOnlySpan<byte> rest = text;

    /// <summary>The next line without its end; false after the last.</summary>
    public bool Line(out TextWalk line)
    {
        if (rest.IsEmpty)
        {
            line = default;
            return false;
        }

        int end = rest.IndexOf((byte)'\n');
        line = new TextWalk(end < 0 ? rest : rest[..end]);
        rest = end < 0 ? default : rest[(end + 1)..];
        return true;
    }

    /// <summary>The next word; words are parted by blanks. Empty after the last.</summary>
    public ReadOnlySpan<byte> Word()
    {
        rest = rest.TrimStart(" \t"u8);
        int end = rest.IndexOfAny((byte)' ', (byte)'\t');
        ReadOnlySpan<byte> word = end < 0 ? rest : rest[..end];
        rest = end < 0 ? default : rest[end..];
        return word;
    }

    /// <summary>The next word as a number; false when there is none or it is no number.</summary>
    public bool Number(out double value)
    {
        ReadOnlySpan<byte> word = Word();
        if (Utf8Parser.TryParse(word, out value, out int used) && used == word.Length) return used > 0;
        value = 0;
        return false;
    }

    /// <summary>What is before a mark; the mark itself is passed over. Empty when there is no such mark.</summary>
    public ReadOnlySpan<byte> Before(byte mark)
    {
        int at = rest.IndexOf(mark);
        if (at < 0) return default;
        ReadOnlySpan<byte> before = rest[..at];
        rest = rest[(at + 1)..];
        return before.Trim(" \t"u8);
    }

    public readonly ReadOnlySpan<byte> Rest => rest.Trim(" \t"u8);
}
