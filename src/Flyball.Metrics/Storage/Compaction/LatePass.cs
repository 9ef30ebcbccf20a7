using Flyball.Metrics.Storage.Head;

namespace Flyball.Metrics.Storage.Compaction;

/// <summary>
/// Late samples on their way into blocks: when the disk refuses in between, the pass goes on where it stood.
/// </summary>
/// <param name="BeforeMs">The samples are older.</param>
/// <param name="SealedUpTo">Chunks behind it came later and stay in the head.</param>
/// <param name="Ranges">Block ranges that are still to be written, with their series.</param>
internal sealed record LatePass(long BeforeMs, LogPosition SealedUpTo, SortedDictionary<long, SortedSet<int>> Ranges);
