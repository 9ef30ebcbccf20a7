using System.IO.Hashing;
using System.Net;
using Flyball.Gateway.Routing.Conditions;

namespace Flyball.Gateway.Balancing;

/// <summary>What of a request is hashed: the same bytes, so the same hash, on both paths.</summary>
internal sealed class HashSource
{
    private readonly FieldName? header;
    private readonly FieldName? cookie;

    /// <param name="text"><c>header:NAME</c>, <c>cookie:NAME</c> or <c>address</c>.</param>
    public HashSource(string text)
    {
        string name = text[(text.IndexOf(':', StringComparison.Ordinal) + 1)..];
        if (text.StartsWith("header:", StringComparison.Ordinal)) header = new FieldName(name);
        else if (text.StartsWith("cookie:", StringComparison.Ordinal)) cookie = new FieldName(name);
    }

    /// <summary>Null when the request has it not.</summary>
    public ulong? Of<TFacts>(in TFacts facts) where TFacts : IRequestFacts, allows ref struct
    {
        if (header is null && cookie is null) return Of(facts.Client);
        Span<byte> room = stackalloc byte[IRequestFacts.ValueBytesMax];
        int length = header is not null ? facts.CopyHeader(header, room) : facts.CopyCookie(cookie!, room);
        return length < 0 ? null : XxHash3.HashToUInt64(room[..length]);
    }

    public static ulong? Of(IPAddress? address)
    {
        if (address is null) return null;
        Span<byte> bytes = stackalloc byte[16];
        return address.TryWriteBytes(bytes, out int length) ? XxHash3.HashToUInt64(bytes[..length]) : null;
    }
}
