using Flyball.Apis.Describing;
using Flyball.Apis.Reading;

namespace Flyball.Apis.Comparing;

/// <summary>
/// Compares schemas in one direction. Each pair of named schemas is compared once, whoever uses it and however they
/// refer to each other; afterwards every operation that reaches a pair is told with its changes.
/// </summary>
internal sealed class SchemaComparer(ApiDescription before, ApiDescription after, ChangeLog log)
{
    /// <summary>Schemas that are compared; more are left out, and the comparison says that it is cut.</summary>
    private const int StepsMax = 500_000;

    /// <summary>References to unnamed places may go round: they are not followed further down than this.</summary>
    private const int DepthMax = 200;

    private readonly ShapeReader oldShapes = new(before);
    private readonly ShapeReader newShapes = new(after);
    private readonly Dictionary<(DocNode, DocNode, Direction), SchemaPair> pairs = [];
    private int steps;
    private int depth;

    /// <summary>Compares what two places ask of a value.</summary>
    /// <param name="label">What the value is, for people: <c>the body</c>.</param>
    /// <param name="operation">Whose it is.</param>
    public void Compare(Located oldSchema, Located newSchema, Direction direction, string label, string operation)
    {
        var root = new SchemaPair(direction);
        Walk(root, oldSchema, newSchema, new ValueLabel(label));
        foreach (SchemaPair pair in Reached(root)) pair.Operations.Add(operation);
        foreach (PairChange change in root.Changes) Tell(change, root);
    }

    /// <summary>Tells the changes of named schemas, with all operations that they concern.</summary>
    public void Finish()
    {
        foreach (SchemaPair pair in pairs.Values)
            foreach (PairChange change in pair.Changes) Tell(change, pair);
    }

    private void Tell(PairChange change, SchemaPair pair) =>
        log.Add(change.Severity, change.Code, change.At, change.IsInOld, change.Message, pair.Operations);

    private static HashSet<SchemaPair> Reached(SchemaPair root)
    {
        var reached = new HashSet<SchemaPair>(ReferenceEqualityComparer.Instance) { root };
        var open = new Stack<SchemaPair>([root]);
        while (open.TryPop(out SchemaPair? pair))
            foreach (SchemaPair used in pair.Uses)
                if (reached.Add(used)) open.Push(used);
        return reached;
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
            named = new SchemaPair(pair.Direction);
            pairs.Add(key, named);
            Shapes(named, oldShape, newShape, new ValueLabel(newName));
        }

        pair.Uses.Add(named);
    }

    private void Shapes(SchemaPair pair, SchemaShape oldShape, SchemaShape newShape, ValueLabel label)
    {
        if (++steps > StepsMax || depth >= DepthMax)
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
                rules.Requiredness(name, property, there);
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
    }

    /// <summary>Clients do not send what is read-only, and do not get what is write-only.</summary>
    private static bool IsHidden(SchemaShape property, Direction direction) =>
        direction == Direction.Request ? property.IsReadOnly : property.IsWriteOnly;

    private void Further(SchemaPair pair, ValueRules rules, ValueLabel label)
    {
        if (rules.Old.Items is { } oldItems && rules.New.Items is { } newItems)
            Walk(pair, oldItems, newItems, label.Items());
        if (rules.Old.Additional is { } oldMore && rules.New.Additional is { } newMore)
            Walk(pair, oldMore, newMore, label.Child("*"));
    }

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

        List<(string Key, Located At)> gone = [.. oldOnes.Select(one => (KeyOf(oldShapes, one), one))];
        List<(string Key, Located At)> come = [.. newOnes.Select(one => (KeyOf(newShapes, one), one))];
        foreach ((string Key, Located At) one in gone.ToArray())
        {
            int index = come.FindIndex(other => other.Key == one.Key);
            if (index < 0) continue;
            Walk(pair, one.At, come[index].At, label);
            come.RemoveAt(index);
            gone.Remove(one);
        }

        // Unnamed ones that changed: the first of the old with the first of the new.
        List<(string Key, Located At)> unnamed = [.. gone.Where(one => one.Key.StartsWith('{'))];
        foreach ((string Key, Located At) one in unnamed)
        {
            int index = come.FindIndex(other => other.Key.StartsWith('{'));
            if (index < 0) break;
            Walk(pair, one.At, come[index].At, label);
            come.RemoveAt(index);
            gone.Remove(one);
        }

        foreach ((string key, Located at) in gone) rules.AlternativeRemoved(Words(key), at);
        foreach ((string key, Located at) in come) rules.AlternativeAdded(Words(key), at);
    }

    private static string KeyOf(ShapeReader shapes, Located at) =>
        shapes.NameOf(at) ?? (at.Node as MapNode)?.Text("title") ?? JsonText.Of(at.Node);

    private static string Words(string key) => key.StartsWith('{') ? "without a name" : $"'{key}'";
}
