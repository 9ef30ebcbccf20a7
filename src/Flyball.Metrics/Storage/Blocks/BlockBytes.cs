namespace Flyball.Metrics.Storage.Blocks;

/// <summary>A block's bytes, wherever they are. Thread-safe; nobody may read after <see cref="Dispose"/>.</summary>
internal abstract class BlockBytes : IDisposable
{
    public abstract long Length { get; }

    /// <summary>A range that lies within the length, else a caller's bug.</summary>
    public abstract ReadOnlySpan<byte> Slice(long offset, int length);

    public abstract void Dispose();
}
