namespace Flyball.Scheduling.Compose.Yaml;

/// <summary>
/// An immutable YAML value with its place. Aliases share one node, so a tree may be a graph without cycles;
/// <see cref="Size"/> is what it would be written out.
/// </summary>
internal abstract class ComposeNode(SourceMark mark, MergeTag tag, long size)
{
    public SourceMark Mark => mark;

    public MergeTag Tag => tag;

    /// <summary>Nodes in this tree, aliases counted once a use.</summary>
    public long Size => size;
}
