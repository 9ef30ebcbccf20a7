using System.Globalization;
using System.Text;
using Flyball.Metrics.Model;

namespace Flyball.Metrics.Api.Answers;

/// <summary>Times and values as Prometheus' JSON has them, written as UTF-8 without a string between.</summary>
internal static class JsonNumbers
{
    /// <summary>A time or a value never needs more.</summary>
    public const int BytesMax = 400;

    /// <summary>Milliseconds as seconds, with three decimals when they are no whole seconds.</summary>
    public static int WriteTime(Span<byte> to, long unixMs)
    {
        int written = 0;
        if (unixMs < 0)
        {
            to[written++] = (byte)'-';
            unixMs = -unixMs;
        }

        (long seconds, long rest) = Math.DivRem(unixMs, 1000);
        seconds.TryFormat(to[written..], out int digits, default, CultureInfo.InvariantCulture);
        written += digits;
        if (rest == 0) return written;
        to[written++] = (byte)'.';
        to[written++] = (byte)('0' + (rest / 100));
        to[written++] = (byte)('0' + (rest / 10 % 10));
        to[written++] = (byte)('0' + (rest % 10));
        return written;
    }

    /// <summary>
    /// The shortest digits that give the value back; with an exponent below 10^-6 and from 10^21 on.
    /// </summary>
    public static int WriteValue(Span<byte> to, double value)
    {
        double size = Math.Abs(value);
        // .NET writes the shortest digits without an exponent in this range, as Go does in a wider one.
        if (value == 0 || size is >= 1e-4 and < 1e15)
        {
            value.TryFormat(to, out int written, default, CultureInfo.InvariantCulture);
            return written;
        }

        string text = size is (< 1e-6 or >= 1e21) and not double.PositiveInfinity
            ? GoNumber.Exponential(value)
            : GoNumber.Long(value);
        return Encoding.ASCII.GetBytes(text, to);
    }
}
