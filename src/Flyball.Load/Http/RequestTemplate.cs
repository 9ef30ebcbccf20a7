using System.Text;

namespace Flyball.Load.Http;

/// <summary>The bytes of the request, the same every time.</summary>
internal sealed class RequestTemplate
{
    private RequestTemplate(byte[] bytes, bool hasNoAnswerBody, bool mayRepeat) =>
        (Bytes, HasNoAnswerBody, MayRepeat) = (bytes, hasNoAnswerBody, mayRepeat);

    public byte[] Bytes { get; }

    /// <summary>An answer to HEAD tells of a body and has none.</summary>
    public bool HasNoAnswerBody { get; }

    /// <summary>
    /// A request that changes nothing is sent again when a kept connection turns out to have been closed, as browsers
    /// do.
    /// </summary>
    public bool MayRepeat { get; }

    /// <param name="url">An <c>http</c> address.</param>
    /// <param name="method">A token, in capitals.</param>
    /// <param name="headers">Lines <c>Name: value</c>; <c>Host</c> replaces the address's own.</param>
    /// <param name="body">Null for none.</param>
    /// <exception cref="FormatException">A header is none.</exception>
    public static RequestTemplate Create(Uri url, string method, IEnumerable<string> headers, byte[]? body)
    {
        if (method.Length == 0 || !method.All(char.IsAsciiLetterOrDigit))
            throw new FormatException($"--method: '{method}' is no method.");
        string[][] pairs = [.. headers.Select(Split)];
        bool Has(string name) => pairs.Any(pair => pair[0].Equals(name, StringComparison.OrdinalIgnoreCase));
        foreach (string name in (string[])["Content-Length", "Transfer-Encoding", "Connection"])
            if (Has(name)) throw new FormatException($"--header: {name} is set by itself.");
        var text = new StringBuilder($"{method} {url.PathAndQuery} HTTP/1.1\r\n");
        if (!Has("Host")) text.Append("Host: ").Append(url.Authority).Append("\r\n");
        foreach (string[] pair in pairs) text.Append(pair[0]).Append(": ").Append(pair[1]).Append("\r\n");
        if (!Has("User-Agent")) text.Append("User-Agent: flyball-load\r\n");
        if (body is not null || method is "POST" or "PUT" or "PATCH")
            text.Append("Content-Length: ").Append(body?.Length ?? 0).Append("\r\n");
        text.Append("\r\n");
        return new RequestTemplate(
            [.. Encoding.Latin1.GetBytes(text.ToString()), .. body ?? []], method == "HEAD",
            method is "GET" or "HEAD" or "OPTIONS");
    }

    private static string[] Split(string header)
    {
        int colon = header.IndexOf(':', StringComparison.Ordinal);
        bool isSane = colon > 0 && header.All(letter => letter is >= ' ' and <= 'ÿ' or '\t')
            && header.AsSpan(0, colon).IndexOfAny(" \t") < 0;
        return isSane
            ? [header[..colon], header[(colon + 1)..].Trim()]
            : throw new FormatException($"--header: '{header}' is not of the form 'Name: value'.");
    }
}
