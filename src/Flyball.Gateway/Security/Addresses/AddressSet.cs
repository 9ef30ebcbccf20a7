using System.Net;
using Flyball.Contracts.Gateway.Security;

namespace Flyball.Gateway.Security.Addresses;

/// <summary>
/// Addresses and networks as ordered ranges that do not touch: whether an address is in it takes a binary search.
/// IPv4 and its form within IPv6 are the same. Immutable.
/// </summary>
internal sealed class AddressSet
{
    public static readonly AddressSet Empty = new([]);

    private readonly UInt128[] firsts;
    private readonly UInt128[] lasts;

    private AddressSet(List<AddressRange> ranges)
    {
        firsts = [.. ranges.Select(range => range.First)];
        lasts = [.. ranges.Select(range => range.Last)];
    }

    public bool IsEmpty => firsts.Length == 0;

    /// <summary>Null when an entry is neither an address nor a network; <paramref name="bad"/> is that entry.</summary>
    public static AddressSet? Parse(IEnumerable<string> entries, out string? bad)
    {
        bad = null;
        var ranges = new List<AddressRange>();
        foreach (string entry in entries)
        {
            if (AddressRange.TryParse(entry, out AddressRange range)) ranges.Add(range);
            else
            {
                bad = entry;
                return null;
            }
        }

        return new AddressSet(Merge(ranges));
    }

    public bool Contains(IPAddress address)
    {
        if (firsts.Length == 0) return false;
        UInt128 number = AddressRange.Number(address);
        int at = Array.BinarySearch(firsts, number);
        if (at >= 0) return true;
        int before = ~at - 1;
        return before >= 0 && number <= lasts[before];
    }

    private static List<AddressRange> Merge(List<AddressRange> ranges)
    {
        ranges.Sort((one, other) => one.First.CompareTo(other.First));
        var merged = new List<AddressRange>(ranges.Count);
        foreach ((UInt128 first, UInt128 last) in ranges)
        {
            if (merged.Count > 0 && (merged[^1].Last == UInt128.MaxValue || first <= merged[^1].Last + 1))
                merged[^1] = merged[^1] with { Last = UInt128.Max(merged[^1].Last, last) };
            else merged.Add(new AddressRange(first, last));
        }

        return merged;
    }
}
