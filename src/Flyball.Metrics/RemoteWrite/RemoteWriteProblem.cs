namespace Flyball.Metrics.RemoteWrite;

/// <summary>Why a remote-write request was not understood.</summary>
internal enum RemoteWriteProblem
{
    /// <summary>It was.</summary>
    None,

    /// <summary>The body is no Snappy block.</summary>
    NotSnappy,

    /// <summary>Unpacked it would be larger than allowed.</summary>
    TooLarge,

    /// <summary>The message is cut off, or its fields are not those of a write request.</summary>
    Malformed,
}
