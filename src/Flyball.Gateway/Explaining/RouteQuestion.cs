using System.Text;
using Flyball.Contracts.Gateway;
using Flyball.Gateway.FastPath.Heads;

namespace Flyball.Gateway.Explaining;

/// <summary>
/// A request that nobody sends, written as one would be: what a gateway would read is read by the gateway's own parser.
/// </summary>
internal sealed class RouteQuestion
{
    private const int HeadersMax = 100;
    private const int HeadBytesMax = 32 * 1024;

    private RouteQuestion(byte[] bytes, RequestHead head, HeadVerdict verdict, string path)
    {
        Bytes = bytes;
        Head = head;
        Verdict = verdict;
        Path = path;
    }

    public byte[] Bytes { get; }

    public RequestHead Head { get; }

    /// <summary>Complete, refused, or foreign to the event loops.</summary>
    public HeadVerdict Verdict { get; }

    /// <summary>Decoded, as routes see it.</summary>
    public string Path { get; }

    public string Host => Head.HostLength == 0 ? "" : Head.HostOf(Bytes);

    /// <summary>The path and query as they stand in the request.</summary>
    public string Target => Encoding.ASCII.GetString(Bytes, Head.TargetStart, Head.TargetLength);

    /// <param name="url"><c>http://host/path?query</c>, or without the scheme.</param>
    /// <param name="method">As in the request's first line.</param>
    /// <param name="headers"><c>Name: value</c>, each.</param>
    /// <exception cref="FormatException">It is not a request that could be sent; the message says why.</exception>
    public static RouteQuestion Parse(string url, string method, IReadOnlyList<string> headers)
    {
        if (!HeaderRules.IsName(method)) throw new FormatException($"'{method}' is no method.");
        if (headers.Count > HeadersMax) throw new FormatException($"{HeadersMax} headers may be given at most.");
        (string host, string target) = Split(url);
        var text = new StringBuilder($"{method} {target} HTTP/1.1\r\n");
        if (!headers.Any(IsHost)) text.Append("Host: ").Append(host).Append("\r\n");
        foreach (string header in headers)
        {
            int colon = header.IndexOf(':', StringComparison.Ordinal);
            if (colon < 1) throw new FormatException($"'{header}' is no header such as 'X-Canary: 1'.");
            text.Append(header[..colon].Trim()).Append(": ").Append(header[(colon + 1)..].Trim()).Append("\r\n");
        }

        byte[] bytes = Encoding.UTF8.GetBytes(text.Append("\r\n").ToString());
        if (headers.Any(one => one.AsSpan().ContainsAny('\r', '\n')) || bytes.Length > HeadBytesMax)
            throw new FormatException("A header is too long, or has more than one line.");
        var head = new RequestHead(HeadersMax + 1, HeadBytesMax);
        HeadVerdict verdict = head.Parse(bytes);
        string path = "";
        if (verdict != HeadVerdict.Refused && head.TargetLength > 0)
        {
            char[] room = new char[head.TargetLength + 1];
            int length = RequestPath.Decode(bytes.AsSpan(head.TargetStart, head.TargetLength), room);
            path = length < 0 ? Uri.UnescapeDataString(target) : new string(room, 0, length);
        }

        return new RouteQuestion(bytes, head, verdict, path);
    }

    private static bool IsHost(string header) => header.StartsWith("host:", StringComparison.OrdinalIgnoreCase);

    private static (string Host, string Target) Split(string url)
    {
        int scheme = url.IndexOf("://", StringComparison.Ordinal);
        string rest = scheme < 0 ? url : url[(scheme + 3)..];
        int end = rest.AsSpan().IndexOfAny('/', '?');
        string host = end < 0 ? rest : rest[..end];
        string target = end < 0 ? "/" : rest[end..];
        if (target[0] == '?') target = "/" + target;
        int fragment = target.IndexOf('#', StringComparison.Ordinal);
        if (fragment >= 0) target = target[..fragment];
        if (host.Contains('@', StringComparison.Ordinal) || host.AsSpan().ContainsAny(" \r\n\t"))
            throw new FormatException($"'{url}' is no URL such as http://shop.localhost/cart.");
        // What a browser would encode, so that nobody has to.
        return (host, Encoded(target));
    }

    private static string Encoded(string target) => string.Concat(target.Select(letter =>
        letter is > ' ' and < '\x7f' ? letter.ToString() : Uri.EscapeDataString(letter.ToString())));
}
