namespace Flyball.Metrics.Storage.Labelling;

/// <summary>The head of one list in a <see cref="PostingsStore"/>.</summary>
internal struct PostingsList
{
    public int Count;
    public int First;
    public int Last;
    public uint Head;
    public uint Tail;
    public ushort TailUsed;
    public ushort TailCapacity;

    /// <summary>Whether the numbers were added in ascending order.</summary>
    public bool IsSorted;
}
