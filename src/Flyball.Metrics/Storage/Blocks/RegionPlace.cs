namespace Flyball.Metrics.Storage.Blocks;

/// <summary>Where a region lies, and its CRC-32C.</summary>
internal readonly record struct RegionPlace(long Offset, long SizeBytes, uint Crc);
