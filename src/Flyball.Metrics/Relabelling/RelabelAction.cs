namespace Flyball.Metrics.Relabelling;

/// <summary>What a relabelling rule does, in Prometheus' words.</summary>
internal enum RelabelAction
{
    /// <summary>Where the pattern matches the source, sets the target to the replacement; an empty one removes it.
    /// </summary>
    Replace,

    /// <summary>Drops what does not match.</summary>
    Keep,

    /// <summary>Drops what matches.</summary>
    Drop,

    /// <summary>Drops what has another value in the target than in the source.</summary>
    KeepEqual,

    /// <summary>Drops what has the same value in the target as in the source.</summary>
    DropEqual,

    /// <summary>Sets the target to a hash of the source, modulo the modulus.</summary>
    HashMod,

    /// <summary>Copies each label whose name matches to the name that the replacement gives.</summary>
    LabelMap,

    /// <summary>Removes labels whose name matches.</summary>
    LabelDrop,

    /// <summary>Removes labels whose name does not match.</summary>
    LabelKeep,

    /// <summary>Sets the target to the source in lower case.</summary>
    Lowercase,

    /// <summary>Sets the target to the source in upper case.</summary>
    Uppercase,
}
