using System.Globalization;

namespace Flyball.Gateway.Routing.Conditions;

/// <summary>
/// Reads a query as forms write it (<c>a=1&amp;b=2</c>, percent-encoded, <c>+</c> for a space); a parameter without
/// <c>=</c> has an empty value. What is no valid encoding stands for itself.
/// </summary>
internal static class QueryFields
{
    /// <summary>Longer encoded parts are compared as they stand: no route asks for one.</summary>
    private const int DecodedBytesMax = 1024;

    /// <param name="query">Without the question mark.</param>
    /// <param name="test">What the route asks of a parameter.</param>
    public static bool Fit(ReadOnlySpan<byte> query, FieldTest test)
    {
        Span<byte> nameRoom = stackalloc byte[DecodedBytesMax];
        Span<byte> valueRoom = stackalloc byte[DecodedBytesMax];
        while (query.Length > 0)
        {
            int end = query.IndexOf((byte)'&');
            ReadOnlySpan<byte> pair = end < 0 ? query : query[..end];
            query = end < 0 ? default : query[(end + 1)..];
            int equals = pair.IndexOf((byte)'=');
            ReadOnlySpan<byte> name = Decoded(equals < 0 ? pair : pair[..equals], nameRoom);
            if (!name.SequenceEqual(test.Name.Bytes)) continue;
            if (test.Accepts(Decoded(equals < 0 ? default : pair[(equals + 1)..], valueRoom))) return !test.WantsNone;
        }

        return test.WantsNone;
    }

    private static ReadOnlySpan<byte> Decoded(ReadOnlySpan<byte> part, Span<byte> room)
    {
        if (part.Length > room.Length || !part.ContainsAny((byte)'%', (byte)'+')) return part;
        int length = 0;
        for (int i = 0; i < part.Length; i++)
        {
            bool encoded = part[i] == '%' && i + 2 < part.Length;
            if (encoded && byte.TryParse(part.Slice(i + 1, 2), NumberStyles.AllowHexSpecifier, null, out byte value))
            {
                room[length++] = value;
                i += 2;
            }
            else
            {
                room[length++] = part[i] == '+' ? (byte)' ' : part[i];
            }
        }

        return room[..length];
    }
}
