namespace Flyball.Metrics.RemoteWrite;

/// <summary>Which message a remote-write request carries.</summary>
internal enum RemoteWriteVersion
{
    /// <summary><c>prometheus.WriteRequest</c>.</summary>
    One,

    /// <summary><c>io.prometheus.write.v2.Request</c>.</summary>
    Two,
}
