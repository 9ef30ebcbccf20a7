namespace Flyball.Gateway.FastPath.Heads;

/// <summary>The header fields that mean something to a gateway; all others are passed on as they are.</summary>
internal enum FieldId : byte
{
    Other,
    Host,
    ContentLength,
    TransferEncoding,
    Connection,
    Upgrade,

    /// <summary>Speaks about one connection only, or about a proxy (RFC 9110 §7.6.1): never passed on.</summary>
    Hop,
    Expect,

    /// <summary>What a proxy in front says beside the three that follow; a client's is not passed on.</summary>
    Forwarded,
    ForwardedFor,
    ForwardedProto,
    ForwardedHost,
    Via,
    TraceParent,
    Accept,
    Referer,
    UserAgent,
    ContentType,
    Date,
    Server,
    PoweredBy,

    /// <summary>
    /// What only the gateway says, when somebody has proven it, and names that back ends may take for the gateway's:
    /// never passed on from a client.
    /// </summary>
    Proven,
}
