using System.Globalization;
using Flyball.Base.Disk;

namespace Flyball.Gateway.AccessLog;

/// <summary>
/// Appends to a file and sets it aside when it is full: <c>access.log</c>, <c>access.log.1</c> (the newest set aside)
/// and so on. Lines are not fsynced: an access log may lose its last second with the machine.
/// </summary>
internal sealed class RotatingLogFile : ILogFile
{
    private readonly IDisk disk;
    private readonly string path;
    private readonly long bytesMax;
    private readonly int kept;
    private IDiskFile file;
    private long length;

    public RotatingLogFile(IDisk disk, string path, long bytesMax, int kept)
    {
        this.disk = disk;
        this.path = path;
        this.bytesMax = bytesMax;
        this.kept = kept;
        if (Path.GetDirectoryName(path) is { Length: > 0 } directory) disk.CreateDirectory(directory);
        file = disk.Open(path, DiskOpenMode.OpenOrCreate);
        length = file.Length;
    }

    public void Write(ReadOnlySpan<byte> lines)
    {
        if (length > 0 && length + lines.Length > bytesMax) Rotate();
        file.Write(length, lines);
        length += lines.Length;
    }

    public void Dispose() => file.Dispose();

    private void Rotate()
    {
        file.Dispose();
        disk.Delete(Name(kept));
        for (int i = kept - 1; i >= 0; i--)
        {
            if (disk.Exists(Name(i))) disk.Rename(Name(i), Name(i + 1));
        }

        // With none kept the full file itself was set aside as .1 above its bound: it goes.
        if (kept == 0) disk.Delete(path);
        file = disk.Open(path, DiskOpenMode.Truncate);
        length = 0;
    }

    private string Name(int index) => index == 0 ? path : path + "." + index.ToString(CultureInfo.InvariantCulture);
}
