using System.Text;

namespace Flyball.Gateway.FastPath.Heads;

/// <summary>Values that are lists of tokens, and lengths.</summary>
internal static class FieldLists
{
    /// <summary>More digits could not be held by any body, nor summed up without overflow.</summary>
    private const int LengthDigitsMax = 18;

    /// <summary>Takes the next element off a list; false at its end. Empty elements are passed over.</summary>
    public static bool Next(ref ReadOnlySpan<byte> list, out ReadOnlySpan<byte> element)
    {
        while (list.Length > 0)
        {
            int comma = list.IndexOf((byte)',');
            element = (comma < 0 ? list : list[..comma]).Trim(" \t"u8);
            list = comma < 0 ? default : list[(comma + 1)..];
            if (element.Length > 0) return true;
        }

        element = default;
        return false;
    }

    public static bool Has(ReadOnlySpan<byte> list, ReadOnlySpan<byte> token)
    {
        while (Next(ref list, out ReadOnlySpan<byte> element))
        {
            if (Ascii.EqualsIgnoreCase(element, token)) return true;
        }

        return false;
    }

    /// <summary>Digits and nothing else: no sign, no list, no space.</summary>
    public static bool TryLength(ReadOnlySpan<byte> value, out long length)
    {
        length = 0;
        if (value.Length is 0 or > LengthDigitsMax) return false;
        foreach (byte digit in value)
        {
            if (digit is < (byte)'0' or > (byte)'9') return false;
            length = (length * 10) + (digit - '0');
        }

        return true;
    }
}
