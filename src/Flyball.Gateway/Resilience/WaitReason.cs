namespace Flyball.Gateway.Resilience;

/// <summary>What a request that found no endpoint may wait for.</summary>
internal enum WaitReason
{
    /// <summary>Nothing: it is refused.</summary>
    None,

    /// <summary>There are instances, and each has as many requests as it may.</summary>
    Room,

    /// <summary>There is no instance that is ready.</summary>
    Instance,
}
