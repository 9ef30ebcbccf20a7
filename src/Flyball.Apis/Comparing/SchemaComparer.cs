using Flyball.Apis.Describing;
using Flyball.Apis.Reading;

namespace Flyball.Apis.Comparing;

/// <summary>
/// Compares schemas in one direction. Each pair of named schemas is compared once, whoever uses it and however they
/// refer to each other; afterwards every operation that reaches a pair is told with its changes.
/// </summary>
internal sealed class SchemaComparer(ApiDescription before, ApiDescription after, ChangeLog log)
{
    /// <summary>
    /// Schemas, properties, values and alternatives that are compared; more are left out, and the comparison says that
    /// it is cut.
    /// </summary>
    private const int StepsMax = 2_000_000;

    /// <summary>Uses of one schema by another that are followed to find whom a change concerns.</summary>
    private const int UsesMax = 5_000_000;

    /// <summary>References to unnamed places may go round: they are not followed further down than this.</summary>
    private const int DepthMax = 200;

    private readonly ShapeReader oldShapes = new(before);
    private readonly ShapeReader newShapes = new(after);
    private readonly Dictionary<(DocNode, DocNode, Direction), SchemaPair> pairs = [];
    private readonly HashSet<SchemaPair> reached = new(ReferenceEqualityComparer.Instance);
    private string? reaching;
    private long steps;
    private int uses;
    private int depth;

    /// <summary>Compares what two places ask of a value.</summary>
    /// <param name="label">What the value is, for people: <c>the body</c>.</param>
    /// <param name="operation">Whose it is.</param>
    public void Compare(Located oldSchema, Located newSchema, Direction direction, string label, string operation)
    {
        var root = new SchemaPair(direction, log);
        Walk(root, oldSchema, newSchema, new ValueLabel(Excerpt.Of(label)));
        Reach(root, operation);
        foreach (PairChange change in root.Changes) Tell(change, root);
        log.Release(root.Changes.Count);
    }

    /// <summary>Tells the changes of named schemas, with all operations that they concern.</summary>
    public void Finish()
    {
        foreach (SchemaPair pair in pairs.Values)
            foreach (PairChange change in pair.Changes) Tell(change, pair);
    }

    private void Tell(PairChange change, SchemaPair pair) =>
        log.Add(change.Severity, change.Code, change.At, change.IsInOld, change.Message, pair.Operations);

    /// <summary>
    /// Tells all pairs below a root whom they concern. An operation walks through each once, however many of its places
    /// lead there: a pair that it has seen is complete.
    /// </summary>
    private void Reach(SchemaPair root, string operation)
    {
        if (reaching != operation) reached.Clear();
        reaching = operation;
        var open = new Stack<SchemaPair>([root]);
        while (open.TryPop(out SchemaPair? pair))
        {
            if (pair.Changes.Count > 0) pair.Operations.Add(operation);
            uses += pair.Uses.Count;
            if (uses > UsesMax)
            {
                log.Cut();
                return;
            }

            foreach (SchemaPair used in pair.Uses)
                if (reached.Add(used)) open.Push(used);
        }
    }

    /// <summary>
    /// A place in a pair: a named schema becomes a pair of its own, everything else belongs to this one.
    /// </summary>
    private void Walk(SchemaPair pair, Located oldAt, Located newAt, ValueLabel label)
    {
        string? oldName = References.Of(oldAt.Node) is null ? null : oldShapes.NameOf(oldAt);
        string? newName = References.Of(newAt.Node) is null ? null : newShapes.NameOf(newAt);
        SchemaShape oldShape = oldShapes.Read(oldAt);
        SchemaShape newShape = newShapes.Read(newAt);
        if (oldName is null || newName is null)
        {
            Shapes(pair, oldShape, newShape, label);
            return;
        }

        var key = (oldShape.At.Node, newShape.At.Node, pair.Direction);
        if (!pairs.TryGetValue(key, out SchemaPair? named))
        {
            named = new SchemaPair(pair.Direction, log);
            pairs.Add(key, named);
            Shapes(named, oldShape, newShape, new ValueLabel(Excerpt.Of(newName)));
        }

        pair.Uses.Add(named);
    }

    private void Shapes(SchemaPair pair, SchemaShape oldShape, SchemaShape newShape, ValueLabel label)
    {
        steps += oldShape.Size + newShape.Size;
        if (oldShape.IsCut || newShape.IsCut || steps > StepsMax || depth >= DepthMax || log.IsFull)
        {
            log.Cut();
            return;
        }

        depth++;
        var rules = new ValueRules(pair, label, oldShape, newShape);
        rules.Compare();
        Properties(pair, rules, label);
        Further(pair, rules, label);
        Alternatives(pair, rules, oldShape.OneOf, newShape.OneOf, "oneOf", label);
        Alternatives(pair, rules, oldShape.AnyOf, newShape.AnyOf, "anyOf", label);
        depth--;
    }

    private void Properties(SchemaPair pair, ValueRules rules, ValueLabel label)
    {
        foreach ((string name, Located property) in rules.Old.Properties)
        {
            if (IsHidden(oldShapes.Read(property), pair.Direction)) continue;
            if (!rules.New.Properties.TryGetValue(name, out Located there)) rules.PropertyRemoved(name, property);
            else if (!IsHidden(newShapes.Read(there), pair.Direction))
            {
                rules.Requiredness(name, there);
                Walk(pair, property, there, label.Child(name));
            }
            else rules.PropertyRemoved(name, property);
        }

        foreach ((string name, Located property) in rules.New.Properties)
        {
            bool isKnown = rules.Old.Properties.TryGetValue(name, out Located there)
                && !IsHidden(oldShapes.Read(there), pair.Direction);
            if (!isKnown && !IsHidden(newShapes.Read(property), pair.Direction)) rules.PropertyAdded(name, property);
        }

        foreach (string name in rules.Old.Required.Union(rules.New.Required, StringComparer.Ordinal))
            if (!rules.Old.Properties.ContainsKey(name) && !rules.New.Properties.ContainsKey(name))
                rules.Requiredness(name, rules.New.At);
    }

    /// <summary>Clients do not send what is read-only, and do not get what is write-only.</summary>
    private static bool IsHidden(SchemaShape property, Direction direction) =>
        direction == Direction.Request ? property.IsReadOnly : property.IsWriteOnly;

    private void Further(SchemaPair pair, ValueRules rules, ValueLabel label)
    {
        if (rules.Old.Items is { } oldItems && rules.New.Items is { } newItems)
            Walk(pair, oldItems, newItems, label.Items());
        else if (IsBound(rules.Old.Items) != IsBound(rules.New.Items) && rules.CanBoth("array"))
            rules.SchemaAppeared("schema.items", "each item", IsBound(rules.New.Items));
        if (rules.Old.Additional is { } oldMore && rules.New.Additional is { } newMore)
            Walk(pair, oldMore, newMore, label.Child("*"));
        // Where they are forbidden on one side, that has been told already.
        else if (IsBound(rules.Old.Additional) != IsBound(rules.New.Additional) && rules.CanBoth("object")
            && rules.Old.IsClosed == rules.New.IsClosed)
            rules.SchemaAppeared("schema.additional", "any other property", IsBound(rules.New.Additional));
    }

    /// <summary>No schema, an empty one and <c>true</c> let everything be.</summary>
    private static bool IsBound(Located? schema) => schema is { Node: { } node }
        && node is not MapNode { Entries.Count: 0 } and not ScalarNode { Kind: ScalarKind.Truth, Text: "true" };

    private void Alternatives(
        SchemaPair pair, ValueRules rules, List<Located> oldOnes, List<Located> newOnes, string keyword,
        ValueLabel label)
    {
        if (oldOnes.Count == 0 && newOnes.Count == 0) return;
        if (oldOnes.Count == 0 || newOnes.Count == 0)
        {
            rules.AlternativesAppeared(keyword, appeared: oldOnes.Count == 0);
            return;
        }

        AlternativePairs pairs = AlternativePairs.Of(
            [.. oldOnes.Select(one => (KeyOf(oldShapes, one), one))],
            [.. newOnes.Select(one => (KeyOf(newShapes, one), one))]);
        foreach ((Located one, Located other) in pairs.Same) Walk(pair, one, other, label);
        foreach ((string key, Located at) in pairs.Gone) rules.AlternativeRemoved(Words(key), at);
        foreach ((string key, Located at) in pairs.Come) rules.AlternativeAdded(Words(key), at);
    }

    private static string KeyOf(ShapeReader shapes, Located at) =>
        shapes.NameOf(at) ?? (at.Node as MapNode)?.Text("title") ?? shapes.TextOf(at.Node);

    private static string Words(string key) =>
        AlternativePairs.IsUnnamed(key) ? "without a name" : $"'{Excerpt.Of(key)}'";
}
