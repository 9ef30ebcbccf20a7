using System.Globalization;
using System.Text;

namespace Flyball.Gateway.Security;

/// <summary>Text that somebody else chose as a header's value.</summary>
internal static class HeaderText
{
    /// <summary>Characters of it; what is longer is cut.</summary>
    public const int LengthMax = 1024;

    /// <summary>Whatever is no printable ASCII, and the percent sign, as %XX of its UTF-8.</summary>
    public static string Ascii(string from)
    {
        var text = new StringBuilder(from.Length);
        foreach (byte one in Encoding.UTF8.GetBytes(from))
        {
            if (text.Length > LengthMax - 3) break;
            if (one is >= (byte)' ' and <= (byte)'~' and not (byte)'%') text.Append((char)one);
            else text.Append('%').Append(one.ToString("X2", CultureInfo.InvariantCulture));
        }

        return text.ToString().Trim();
    }
}
