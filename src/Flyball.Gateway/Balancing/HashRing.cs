using System.IO.Hashing;
using System.Text;
using Flyball.Gateway.Routing;

namespace Flyball.Gateway.Balancing;

/// <summary>
/// Consistent hashing (Karger et al. 1997): each endpoint stands at many points of a ring, by the hash of its name; a
/// hash belongs to the next point. When an endpoint comes or goes, only the hashes at its points move. Immutable; a
/// change is merged into the sorted points in one pass.
/// </summary>
internal sealed class HashRing
{
    /// <summary>Points of an endpoint of weight 1; the shares then differ by about a twelfth.</summary>
    private const int PointsPerWeight = 160;

    /// <summary>Weights beyond it count as it.</summary>
    private const int WeightMax = 100;

    /// <summary>Different endpoints that are asked before the request takes whichever will do.</summary>
    private const int StepsMax = 1024;

    public static readonly HashRing Empty = new([], []);

    private readonly ulong[] points;
    private readonly UpstreamEndpoint[] owners;

    private HashRing(ulong[] points, UpstreamEndpoint[] owners)
    {
        this.points = points;
        this.owners = owners;
    }

    /// <summary>The ring of these endpoints, made from the ring of earlier ones.</summary>
    public static HashRing Update(HashRing from, UpstreamEndpoint[] ready)
    {
        var wanted = new HashSet<UpstreamEndpoint>(ready);
        var kept = new Dictionary<UpstreamEndpoint, int>();
        foreach (UpstreamEndpoint owner in from.owners)
        {
            if (wanted.Contains(owner)) kept[owner] = kept.GetValueOrDefault(owner) + 1;
        }

        // One whose weight has changed leaves and comes again.
        UpstreamEndpoint[] fresh =
            [.. ready.Where(one => !kept.TryGetValue(one, out int count) || count != PointsOf(one))];
        foreach (UpstreamEndpoint one in fresh) kept.Remove(one);
        (ulong At, UpstreamEndpoint Owner)[] added = [.. fresh.SelectMany(Points).OrderBy(point => point.At)];
        return Merge(from, kept, added);
    }

    public UpstreamEndpoint? Find(ulong hash, in Fitness fitness)
    {
        if (points.Length == 0) return null;
        int at = Array.BinarySearch(points, hash);
        if (at < 0) at = ~at;
        UpstreamEndpoint? last = null;
        int steps = Math.Min(points.Length, StepsMax);
        for (int i = 0; i < steps; i++)
        {
            UpstreamEndpoint owner = owners[(at + i) % points.Length];
            if (owner == last) continue;
            if (fitness.Fits(owner)) return owner;
            last = owner;
        }

        return null;
    }

    private static HashRing Merge(
        HashRing from, Dictionary<UpstreamEndpoint, int> kept, (ulong At, UpstreamEndpoint Owner)[] added)
    {
        int length = kept.Values.Sum() + added.Length;
        var points = new ulong[length];
        var owners = new UpstreamEndpoint[length];
        int old = 0;
        int next = 0;
        for (int i = 0; i < length; i++)
        {
            while (old < from.points.Length && !kept.ContainsKey(from.owners[old])) old++;
            bool takesOld = old < from.points.Length && (next == added.Length || from.points[old] <= added[next].At);
            (points[i], owners[i]) = takesOld ? (from.points[old], from.owners[old]) : added[next];
            if (takesOld) old++;
            else next++;
        }

        return new HashRing(points, owners);
    }

    private static IEnumerable<(ulong At, UpstreamEndpoint Owner)> Points(UpstreamEndpoint endpoint)
    {
        byte[] name = Encoding.UTF8.GetBytes(endpoint.Name);
        for (int i = 0; i < PointsOf(endpoint); i++) yield return (XxHash3.HashToUInt64(name, i), endpoint);
    }

    private static int PointsOf(UpstreamEndpoint endpoint) =>
        PointsPerWeight * Math.Min(endpoint.Weight, WeightMax);
}
