using System.Globalization;
using System.Text;

namespace Flyball.Gateway.Security;

/// <summary>Text that somebody else chose as a header's value.</summary>
internal static class HeaderText
{
    /// <summary>Characters of it; what is longer is cut.</summary>
    public const int LengthMax = 1024;

    /// <summary>
    /// Whatever is no printable ASCII, the percent sign, and a blank at either end, as %XX of its UTF-8: readers drop
    /// outer blanks, and two names would be one.
    /// </summary>
    public static string Ascii(string from)
    {
        var text = new StringBuilder(from.Length);
        byte[] bytes = Encoding.UTF8.GetBytes(from);
        for (int i = 0; i < bytes.Length && text.Length <= LengthMax - 3; i++)
        {
            byte one = bytes[i];
            bool isOuterBlank = one == ' ' && (i == 0 || i == bytes.Length - 1);
            if (one is >= (byte)' ' and <= (byte)'~' and not (byte)'%' && !isOuterBlank) text.Append((char)one);
            else text.Append('%').Append(one.ToString("X2", CultureInfo.InvariantCulture));
        }

        // What was cut may end with a blank now.
        return text.ToString().TrimEnd();
    }
}
