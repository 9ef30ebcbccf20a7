namespace Flyball.Metrics.Hosting;

/// <summary>Why a write gets no batch to fill.</summary>
internal enum IntakeRefusal
{
    /// <summary>It got one.</summary>
    None,

    /// <summary>As many writes as allowed are being stored.</summary>
    Busy,

    /// <summary>The store is not open yet, or no more.</summary>
    NotOpen,
}
