using Flyball.Apis.Describing;

namespace Flyball.Apis.Comparing;

/// <summary>A schema of the old version beside its counterpart, in one direction.</summary>
internal sealed class SchemaPair(Direction direction)
{
    public Direction Direction => direction;

    /// <summary>What is different in it, named schemas that it uses left out.</summary>
    public List<PairChange> Changes { get; } = [];

    public HashSet<SchemaPair> Uses { get; } = new(ReferenceEqualityComparer.Instance);

    public SortedSet<string> Operations { get; } = new(StringComparer.Ordinal);
}

/// <summary>A change before it is known whom it concerns.</summary>
internal readonly record struct PairChange(Severity Severity, string Code, Located At, bool IsInOld, string Message);
