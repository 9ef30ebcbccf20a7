namespace Flyball.Hosting;

/// <summary>A seeded source that many threads may draw from: <see cref="Random"/> by itself is for one.</summary>
internal sealed class SynchronizedRandom(int seed) : Random(seed)
{
    private readonly Lock gate = new();

    public override int Next()
    {
        lock (gate) return base.Next();
    }

    public override int Next(int maxValue)
    {
        lock (gate) return base.Next(maxValue);
    }

    public override int Next(int minValue, int maxValue)
    {
        lock (gate) return base.Next(minValue, maxValue);
    }

    public override long NextInt64()
    {
        lock (gate) return base.NextInt64();
    }

    public override long NextInt64(long maxValue)
    {
        lock (gate) return base.NextInt64(maxValue);
    }

    public override long NextInt64(long minValue, long maxValue)
    {
        lock (gate) return base.NextInt64(minValue, maxValue);
    }

    public override double NextDouble()
    {
        lock (gate) return base.NextDouble();
    }

    public override void NextBytes(byte[] buffer)
    {
        lock (gate) base.NextBytes(buffer);
    }

    public override void NextBytes(Span<byte> buffer)
    {
        lock (gate) base.NextBytes(buffer);
    }
}
