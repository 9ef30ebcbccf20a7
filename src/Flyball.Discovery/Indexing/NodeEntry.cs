namespace Flyball.Discovery.Indexing;

/// <summary>A node's place in the index; instances hold on to it while what is known of the node changes.</summary>
internal sealed class NodeEntry(string key, NodeView view)
{
    private volatile NodeView view = view;
    private long index;

    public string Key => key;

    public NodeView View
    {
        get => view;
        set => view = value;
    }

    /// <summary>The last change of the node or of an instance on it.</summary>
    public long Index
    {
        get => Volatile.Read(ref index);
        set => Volatile.Write(ref index, value);
    }

    /// <summary>It was announced, as opposed to only mentioned by an instance.</summary>
    public bool IsKnown { get; set; }

    /// <summary>Instances on it; writer's side.</summary>
    public int InstanceCount { get; set; }

    public ChangeSignal Changed { get; } = new();
}
