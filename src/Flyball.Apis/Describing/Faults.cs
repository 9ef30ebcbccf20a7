using Flyball.Apis.Reading;

namespace Flyball.Apis.Describing;

/// <summary>What is wrong with a document, as far as it is told.</summary>
internal sealed class Faults
{
    private readonly List<ApiFault> list = [];

    public IReadOnlyList<ApiFault> All => list;

    public bool IsFull => list.Count >= ReadLimits.FaultsMax;

    public void Add(Located at, string message)
    {
        if (!IsFull) list.Add(new ApiFault(at.Pointer.ToString(), at.Node.Line, at.Node.Column, message));
    }

    /// <summary>The map under a key, which may be absent; anything else there is a fault.</summary>
    public Located? Map(Located parent, string key)
    {
        if (Present(parent, key) is not { } child) return null;
        if (child.Node is MapNode) return child;
        Add(child, "must be an object");
        return null;
    }

    /// <summary>The list under a key, which may be absent; anything else there is a fault.</summary>
    public Located? List(Located parent, string key)
    {
        if (Present(parent, key) is not { } child) return null;
        if (child.Node is ListNode) return child;
        Add(child, "must be a list");
        return null;
    }

    /// <summary>A key without a value is as good as none: YAML writes it easily.</summary>
    private static Located? Present(Located parent, string key) =>
        parent.Find(key) is { Node: not ScalarNode { Kind: ScalarKind.Null } } child ? child : null;

    /// <summary>A text that must be there; empty after a fault.</summary>
    public string Required(Located parent, string key)
    {
        string? text = (parent.Node as MapNode)?.Text(key);
        if (string.IsNullOrEmpty(text)) Add(parent.Find(key) ?? parent, $"'{key}' is missing or no text");
        return text ?? "";
    }

    /// <summary>A text that must be there, and that many sentences and keys are made of.</summary>
    public void Name(Located parent, string key)
    {
        if (Required(parent, key).Length > ReadLimits.NameLengthMax)
            Add(parent, $"'{key}' is longer than {ReadLimits.NameLengthMax} letters");
    }

    /// <summary>What a reference leads to; null after a fault, or when it leads out of the document.</summary>
    public Located? Resolve(References references, Located at)
    {
        Located? found = references.Resolve(at, out string? problem);
        if (problem is not null) Add(at, problem);
        return found;
    }
}
