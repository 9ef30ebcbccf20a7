using Flyball.Contracts.Gateway.Wire;

namespace Flyball.Gateway.Limits;

/// <summary>Uses of limits to and from the control protocol.</summary>
internal static class WireUses
{
    /// <summary>Uses in one message that are taken; more is no gateway of ours.</summary>
    public const int UsesMax = 10_000;

    public static LimitUses ToWire(IReadOnlyList<LimitUse> uses)
    {
        var wire = new LimitUses();
        foreach (LimitUse use in uses)
        {
            wire.Uses.Add(new Contracts.Gateway.Wire.LimitUse
            {
                KeyHigh = (ulong)(use.Key >> 64), KeyLow = (ulong)use.Key, IntervalNs = use.Rate.IntervalNs,
                Burst = use.Rate.Burst, Count = use.Count,
            });
        }

        return wire;
    }

    public static IEnumerable<LimitUse> FromWire(LimitUses wire) => wire.Uses.Take(UsesMax).Select(
        use => new LimitUse(
            new UInt128(use.KeyHigh, use.KeyLow), new LimitRate(use.IntervalNs, use.Burst), use.Count));
}
