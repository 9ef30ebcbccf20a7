using System.Net;
using Flyball.Gateway.Tls;

namespace Flyball.Gateway.Routing.Conditions;

/// <summary>
/// What conditions, balancing and guards may know of a request beside its host and path: the same on both paths,
/// answered from the bytes of a head or from the server's request, without making anything of what nobody asks for.
/// </summary>
internal interface IRequestFacts
{
    /// <summary>Bytes of a header or cookie that are looked at; the rest of a longer one counts for nothing.</summary>
    const int ValueBytesMax = 4096;

    string Method { get; }

    /// <summary>Null when it is not known (any more).</summary>
    IPAddress? Client { get; }

    /// <summary>Null for a request without TLS.</summary>
    TlsConnection? Tls { get; }

    /// <summary>Bytes of its header fields together.</summary>
    int HeaderBytes { get; }

    /// <summary>Its <c>Host</c>, and its path with the query as it was sent; for words and redirects.</summary>
    (string Host, string Target) Address { get; }

    bool HeaderFits(FieldTest test);

    bool QueryFits(FieldTest test);

    /// <summary>Copies the first header of the name, its first <see cref="ValueBytesMax"/> bytes.</summary>
    /// <param name="name">In any case.</param>
    /// <param name="to">Room for <see cref="ValueBytesMax"/> bytes.</param>
    /// <returns>Bytes of it; -1 when there is none.</returns>
    int CopyHeader(FieldName name, scoped Span<byte> to);

    /// <summary>The same of the first cookie of the name.</summary>
    int CopyCookie(FieldName name, scoped Span<byte> to);

    /// <summary>There are several headers of the name.</summary>
    bool HasSeveral(FieldName name);

    /// <summary>
    /// The end of all headers of the name with commas between them, as much as there is room for; 0 for none.
    /// </summary>
    int CopyEnd(FieldName name, scoped Span<byte> to);
}
