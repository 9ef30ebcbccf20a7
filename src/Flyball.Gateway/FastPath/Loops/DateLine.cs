using System.Globalization;
using System.Text;

namespace Flyball.Gateway.FastPath.Loops;

/// <summary>A <c>Date</c> header's line, made once a second.</summary>
internal sealed class DateLine(TimeProvider time)
{
    private byte[] line = [];
    private long second = -1;

    public ReadOnlySpan<byte> Get()
    {
        DateTimeOffset now = time.GetUtcNow();
        long current = now.ToUnixTimeSeconds();
        if (current != second)
        {
            line = Encoding.ASCII.GetBytes($"Date: {now.ToString("R", CultureInfo.InvariantCulture)}\r\n");
            second = current;
        }

        return line;
    }
}
