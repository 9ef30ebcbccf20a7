namespace Flyball.Scheduling.Compose.Keys;

/// <summary>A place in the tree of known keys.</summary>
internal sealed class KeyBranch(string path)
{
    private readonly SortedDictionary<string, KeyBranch> _children = new(StringComparer.Ordinal);

    public string Path => path;

    /// <summary>Null for the root and for names that the user chooses.</summary>
    public KeyRule? Rule { get; private set; }

    /// <summary>Below a name that the user chooses; null where keys are fixed.</summary>
    public KeyBranch? Any { get; private set; }

    /// <summary>The known keys here that are not refused, for suggestions.</summary>
    public IEnumerable<string> Usable =>
        _children.Where(child => child.Value.Rule?.Support != KeySupport.Refused).Select(child => child.Key);

    /// <summary>True where everything below is the user's own.</summary>
    public bool IsLeaf => _children.Count == 0 && Any is null;

    public KeyBranch? Find(string key) => _children.GetValueOrDefault(key) ?? Any;

    public void Add(KeyRule rule)
    {
        KeyBranch branch = this;
        foreach (string part in rule.Path.Split('.')) branch = branch.Child(part);
        if (branch.Rule is not null)
            throw new InvalidOperationException($"BUG: the key {rule.Path} is in the table twice.");
        branch.Rule = rule;
    }

    private KeyBranch Child(string part)
    {
        string childPath = path.Length == 0 ? part : $"{path}.{part}";
        if (part == "*") return Any ??= new KeyBranch(childPath);
        if (!_children.TryGetValue(part, out KeyBranch? child)) _children.Add(part, child = new KeyBranch(childPath));
        return child;
    }
}
