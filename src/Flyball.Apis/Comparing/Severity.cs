namespace Flyball.Apis.Comparing;

/// <summary>What a change means to whoever uses the API.</summary>
internal enum Severity
{
    /// <summary>Somebody who did everything right with the old version can fail with the new one.</summary>
    Breaking,

    /// <summary>Whoever did right goes on doing right.</summary>
    Compatible,

    /// <summary>Words, and what no rule can judge.</summary>
    Other,
}
