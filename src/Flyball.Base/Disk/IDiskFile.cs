namespace Flyball.Base.Disk;

/// <summary>An open file with positional reads and writes. One writer at a time; readers may be many.</summary>
public interface IDiskFile : IDisposable
{
    long Length { get; }

    /// <summary>
    /// Reads up to <paramref name="destination"/>'s length at an offset; fewer bytes only at the end of the file.
    /// </summary>
    int Read(long offset, Span<byte> destination);

    /// <summary>
    /// Writes all bytes at an offset, growing the file as needed. Not durable before <see cref="Flush"/>.
    /// </summary>
    void Write(long offset, ReadOnlySpan<byte> source);

    /// <summary>fsync: everything written before is durable when this returns.</summary>
    void Flush();

    void SetLength(long length);
}
