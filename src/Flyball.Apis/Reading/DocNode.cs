namespace Flyball.Apis.Reading;

/// <summary>A value of a document, with the place at which it stands. Lines and columns count from 1.</summary>
internal abstract class DocNode(int line, int column)
{
    public int Line => line;

    public int Column => column;

    /// <summary>Values in it, itself included, with aliases written out.</summary>
    public abstract long Size { get; }
}
