namespace Flyball.Gateway.FastPath.Heads;

/// <summary>How the end of a message's body is known (RFC 9112 §6.3).</summary>
internal enum BodyKind
{
    None,

    /// <summary>After as many bytes as <c>Content-Length</c> says.</summary>
    Length,

    /// <summary>After the chunk of length zero and the trailers.</summary>
    Chunked,

    /// <summary>When the connection ends; answers only.</summary>
    UntilClose,
}
