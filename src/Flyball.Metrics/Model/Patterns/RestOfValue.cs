namespace Flyball.Metrics.Model.Patterns;

/// <summary>What may follow a pattern's prefix.</summary>
internal enum RestOfValue : byte
{
    /// <summary>Only the automaton can tell.</summary>
    Pattern,

    /// <summary>Anything, also nothing: <c>prefix.*</c>.</summary>
    Anything,

    /// <summary>At least one character: <c>prefix.+</c>.</summary>
    Something,
}
