namespace Flyball.Gateway.Balancing;

/// <summary>
/// Random numbers for many threads without a lock: SplitMix64 (Steele, Lea, Flood 2014) over a counter. Seeded, so that
/// a run on one thread repeats.
/// </summary>
internal sealed class RandomSequence(ulong seed)
{
    private const ulong Step = 0x9E3779B97F4A7C15;

    private long counter;

    public static RandomSequence From(Random random) => new((ulong)random.NextInt64());

    public ulong Next()
    {
        ulong z = seed + ((ulong)Interlocked.Increment(ref counter) * Step);
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }

    /// <summary>A sequence of its own that begins where this one's next number says.</summary>
    public RandomSequence Fork() => new(Next());
}
