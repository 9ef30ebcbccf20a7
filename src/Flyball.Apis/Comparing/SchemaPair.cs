using Flyball.Apis.Describing;
using Flyball.Apis.Reading;

namespace Flyball.Apis.Comparing;

/// <summary>A schema of the old version beside its counterpart, in one direction.</summary>
internal sealed class SchemaPair(Direction direction, ChangeLog log)
{
    /// <summary>What is different in it, named schemas that it uses left out.</summary>
    private readonly List<PairChange> changes = [];

    public Direction Direction => direction;

    public IReadOnlyList<PairChange> Changes => changes;

    public HashSet<SchemaPair> Uses { get; } = new(ReferenceEqualityComparer.Instance);

    public SortedSet<string> Operations { get; } = new(StringComparer.Ordinal);

    public void Add(Severity severity, string code, Located at, bool isInOld, string message)
    {
        if (log.Take())
            changes.Add(new PairChange(
                severity, code, at, isInOld, Excerpt.Of(message, ChangeLog.MessageLengthMax)));
    }
}

/// <summary>A change before it is known whom it concerns.</summary>
internal readonly record struct PairChange(Severity Severity, string Code, Located At, bool IsInOld, string Message);
