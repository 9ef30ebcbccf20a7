using Flyball.Base.Disk;

namespace Flyball.Metrics.Storage.Blocks;

/// <summary>A whole file in memory, for disks that cannot be mapped: simulations and tests.</summary>
internal sealed class LoadedBytes : BlockBytes
{
    private readonly byte[] _content;

    public LoadedBytes(IDisk disk, string path)
    {
        using IDiskFile file = disk.Open(path, DiskOpenMode.Read);
        _content = new byte[checked((int)file.Length)];
        if (file.Read(0, _content) != _content.Length)
            throw new IOException($"{path} became shorter while it was read.");
    }

    public override long Length => _content.Length;

    public override ReadOnlySpan<byte> Slice(long offset, int length) => _content.AsSpan(checked((int)offset), length);

    public override void Dispose()
    {
    }
}
