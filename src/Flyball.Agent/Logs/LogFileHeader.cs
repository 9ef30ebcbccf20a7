using System.Globalization;
using System.Text;

namespace Flyball.Agent.Logs;

/// <summary>
/// The first line of a log file: <c>#1 {attempt}.{out|err}={consumed} …</c>, the format and how far each raw file had
/// been read when the file began, so that progress is known from the newest file alone.
/// </summary>
internal static class LogFileHeader
{
    public static byte[] Format(IEnumerable<KeyValuePair<StreamId, long>> consumed)
    {
        var text = new StringBuilder("#1");
        foreach ((StreamId id, long offset) in consumed)
            text.Append(CultureInfo.InvariantCulture, $" {id.FileName}={offset}");
        return Encoding.ASCII.GetBytes(text.Append('\n').ToString());
    }

    /// <summary>Parses a line without its end.</summary>
    public static bool TryParse(ReadOnlySpan<byte> line, SortedDictionary<StreamId, long> consumed)
    {
        if (!line.StartsWith("#1"u8)) return false;
        foreach (string part in Encoding.ASCII.GetString(line).Split(' ', StringSplitOptions.RemoveEmptyEntries)
            .Skip(1))
        {
            int equals = part.IndexOf('=', StringComparison.Ordinal);
            if (equals < 0 || !StreamId.TryParse(part[..equals], out StreamId id)) return false;
            if (!long.TryParse(part.AsSpan(equals + 1), CultureInfo.InvariantCulture, out long offset)) return false;
            consumed[id] = offset;
        }

        return true;
    }
}
