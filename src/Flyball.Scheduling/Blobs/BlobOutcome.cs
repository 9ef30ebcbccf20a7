namespace Flyball.Scheduling.Blobs;

/// <summary>How an upload ended.</summary>
internal enum BlobOutcome
{
    /// <summary>Durable under its digest.</summary>
    Stored,

    /// <summary>The bytes have another digest than their name; nothing was kept.</summary>
    DigestMismatch,

    /// <summary>Longer than allowed; nothing was kept.</summary>
    TooLarge,

    /// <summary>The disk took no more; nothing was kept.</summary>
    DiskFailed,
}
