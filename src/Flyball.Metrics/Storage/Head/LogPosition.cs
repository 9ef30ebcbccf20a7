namespace Flyball.Metrics.Storage.Head;

/// <summary>A place in the chunk log: chunks before it were sealed earlier.</summary>
internal readonly record struct LogPosition(int File, uint Offset)
{
    public bool IsAfter(in SealedRef chunk) => chunk.File < File || (chunk.File == File && chunk.Offset < Offset);
}
