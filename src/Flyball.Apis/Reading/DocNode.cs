namespace Flyball.Apis.Reading;

/// <summary>A value of a document, with the place at which it stands. Lines and columns count from 1.</summary>
internal abstract class DocNode(int line, int column)
{
    private const int LettersPerValue = 64;

    public int Line => line;

    public int Column => column;

    /// <summary>
    /// Values in it, itself included, with aliases written out. A long text counts as several: an alias repeats it too.
    /// </summary>
    public abstract long Size { get; }

    protected static int SizeOf(string text) => text.Length / LettersPerValue;
}
