using Flyball.Base.Codecs;

namespace Flyball.Metrics.Storage.Blocks;

/// <summary>A CRC-32C over bytes that come in pieces. The default value is that of no bytes.</summary>
internal struct RunningCrc
{
    private uint _inverted;

    public readonly uint Value => _inverted;

    public void Add(ReadOnlySpan<byte> bytes) => _inverted = Crc32C.Append(_inverted, bytes);
}
