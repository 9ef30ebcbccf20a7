using Flyball.Gateway.Balancing;

namespace Flyball.Gateway.Traffic;

/// <summary>Of 100 requests so many.</summary>
internal static class Percentage
{
    public static bool Draw(RandomSequence random, double percent) =>
        percent >= 100 || (random.Next() >> 11) * (100.0 / (1ul << 53)) < percent;
}
