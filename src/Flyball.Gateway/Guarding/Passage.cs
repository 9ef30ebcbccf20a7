using System.Buffers;
using System.Net;
using System.Text;
using Flyball.Gateway.Limits;
using Flyball.Gateway.Routing.Conditions;
using Flyball.Gateway.Security.Keys;

namespace Flyball.Gateway.Guarding;

/// <summary>One request's way past its route's guards: what they have found out, and what comes of it.</summary>
internal sealed class Passage
{
    private List<KeyValuePair<string, string>>? answerHeaders;
    private List<KeyValuePair<string, string>>? requestHeaders;
    private List<FieldName>? dropped;

    /// <summary>Whose request it is, seen through trusted proxies; null when it is not known.</summary>
    public IPAddress? Client { get; init; }

    /// <summary>Who has proven itself; null for nobody.</summary>
    public ConsumerIdentity? Identity { get; set; }

    /// <summary>The limit that is nearest to its end, and its number; null where nothing is counted.</summary>
    public (string Requests, LimitVerdict Verdict)? Limits { get; set; }

    /// <summary>Null for one that passes.</summary>
    public GuardRefusal? Refusal { get; set; }

    /// <summary>Headers that the answer gets, whoever gives it.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> AnswerHeaders => Limits is { } limits
        ? [.. answerHeaders ?? [], .. LimitHeaders.Of(limits.Requests, limits.Verdict)]
        : answerHeaders ?? [];

    /// <summary>Headers that the back end gets: what a client says in their place is dropped everywhere.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> RequestHeaders => requestHeaders ?? [];

    /// <summary>Headers of the client that the back end does not get: they carry its secret.</summary>
    public IReadOnlyList<FieldName> Dropped => dropped ?? [];

    /// <summary>What the back end says under these names is replaced.</summary>
    public IReadOnlyList<string> AnswerReplaces { get; set; } = [];

    public void Answer(string name, string value) => (answerHeaders ??= []).Add(new(name, value));

    public void Tell(string name, string value) => (requestHeaders ??= []).Add(new(name, value));

    public void Drop(FieldName name) => (dropped ??= []).Add(name);

    public bool Drops(ReadOnlySpan<byte> name)
    {
        if (dropped is null) return false;
        foreach (FieldName one in dropped)
        {
            if (name.Length == one.Bytes.Length && Ascii.EqualsIgnoreCase(name, one.Bytes)) return true;
        }

        return false;
    }

    /// <summary>Headers as lines of a head; empty for none.</summary>
    public static byte[] Lines(IReadOnlyList<KeyValuePair<string, string>> headers)
    {
        if (headers.Count == 0) return [];
        var lines = new ArrayBufferWriter<byte>(256);
        foreach ((string name, string value) in headers) Encoding.ASCII.GetBytes($"{name}: {value}\r\n", lines);
        return lines.WrittenSpan.ToArray();
    }
}
