using System.Net;
using Flyball.Discovery.Sidecar.Configuring;

namespace Flyball.Discovery.Sidecar.Using;

/// <summary>
/// The back ends of one port, and the choice among them. Choosing takes no lock; the set is swapped whole when the
/// catalogue changes, and failures are counted under a lock.
/// </summary>
internal sealed class BackEndSet(TimeProvider time, Random random)
{
    /// <summary>Failures in a row after which it is left out.</summary>
    public const int FailuresMax = 2;

    /// <summary>At most half of the passing ones are left out at once.</summary>
    private const int LeftOutShare = 2;

    private static readonly TimeSpan FirstEjection = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LongestEjection = TimeSpan.FromMinutes(1);

    private readonly Lock gate = new();
    private volatile BackEnd[] passing = [];
    private volatile BackEnd[] critical = [];
    private int turn;
    private long ejections;
    private long ejectionsCapped;

    public int PassingCount => passing.Length;

    public int CriticalCount => critical.Length;

    public int LeftOutCount => passing.Count(one => one.Health.IsLeftOut);

    public long Ejections => Volatile.Read(ref ejections);

    /// <summary>Times that a back end would have been left out if not too many were already.</summary>
    public long EjectionsCapped => Volatile.Read(ref ejectionsCapped);

    public bool IsEmpty => passing.Length == 0 && critical.Length == 0;

    /// <summary>Takes over what the catalogue says; addresses that stay keep what is known of them.</summary>
    public void Apply(IReadOnlyList<BackEndPlace> places)
    {
        lock (gate)
        {
            Dictionary<IPEndPoint, BackEnd> known = [];
            foreach (BackEnd one in passing.Concat(critical)) known[one.EndPoint] = one;
            HashSet<BackEnd> failed = [.. critical];
            var well = new List<BackEnd>();
            var ill = new List<BackEnd>();
            foreach (BackEndPlace place in places.DistinctBy(one => (one.Address, one.Port)))
            {
                var endPoint = new IPEndPoint(IPAddress.Parse(place.Address), place.Port);
                BackEnd one = known.GetValueOrDefault(endPoint) ?? new BackEnd(endPoint);
                one.Weight = place.Weight;
                // A check has seen it work since: what was held against it is out of date.
                if (failed.Contains(one) && !place.IsCritical) one.Health.Reset();
                (place.IsCritical ? ill : well).Add(one);
            }

            passing = [.. well];
            critical = [.. ill];
        }
    }

    /// <summary>
    /// A back end that was not tried yet: one that passes; else one that was left out; else, since nothing is lost by
    /// it, one of which the catalogue says that it fails. Null when all were tried.
    /// </summary>
    public BackEnd? Choose(BalanceKind balance, IReadOnlyCollection<BackEnd> tried)
    {
        BackEnd[] all = passing;
        long now = time.GetTimestamp();
        BackEnd? chosen = balance switch
        {
            _ when all.Length == 0 => null,
            BalanceKind.TwoChoices => OfTwo(all, tried, now),
            BalanceKind.RoundRobin => InTurn(all, tried, now),
            _ => null,
        };
        return chosen ?? Least(all, tried, now) ?? Any(all, tried) ?? Any(critical, tried);
    }

    public void Succeeded(BackEnd one)
    {
        if (one.Health is { IsLeftOut: false, Failures: 0 }) return;
        lock (gate) one.Health.Reset();
    }

    public void Failed(BackEnd one)
    {
        lock (gate)
        {
            BackEndHealth health = one.Health;
            if (++health.Failures < FailuresMax) return;
            BackEnd[] all = passing;
            int others = all.Count(other => other != one && other.Health.IsLeftOut);
            if (!health.IsLeftOut && (others + 1) * LeftOutShare > all.Length)
            {
                ejectionsCapped++;
                return;
            }

            TimeSpan length = FirstEjection * Math.Pow(2, Math.Min(health.Ejections, 10));
            if (length > LongestEjection) length = LongestEjection;
            health.Ejections++;
            ejections++;
            health.LeaveOut(time.GetTimestamp() + (long)(length.TotalSeconds * time.TimestampFrequency));
        }
    }

    private BackEnd? Least(BackEnd[] all, IReadOnlyCollection<BackEnd> tried, long now)
    {
        BackEnd? best = null;
        double least = double.MaxValue;
        int start = all.Length > 1 ? random.Next(all.Length) : 0;
        BackEnd? toTry = null;
        for (int i = 0; i < all.Length; i++)
        {
            BackEnd one = all[(start + i) % all.Length];
            if (tried.Contains(one)) continue;
            if (one.Health.IsLeftOut) toTry ??= one;
            else if (one.Load < least) (best, least) = (one, one.Load);
        }

        // Whose time is over is tried before the others, by one connection.
        return toTry is not null && toTry.Health.Admits(now) ? toTry : best;
    }

    private BackEnd? OfTwo(BackEnd[] all, IReadOnlyCollection<BackEnd> tried, long now)
    {
        BackEnd one = all[random.Next(all.Length)];
        BackEnd other = all[random.Next(all.Length)];
        BackEnd better = other.Load < one.Load ? other : one;
        return !tried.Contains(better) && better.Health.Admits(now) ? better : null;
    }

    private BackEnd? InTurn(BackEnd[] all, IReadOnlyCollection<BackEnd> tried, long now)
    {
        long sum = 0;
        foreach (BackEnd one in all) sum += one.Weight;
        long place = (uint)Interlocked.Increment(ref turn) % sum;
        foreach (BackEnd one in all)
        {
            place -= one.Weight;
            if (place < 0) return !tried.Contains(one) && one.Health.Admits(now) ? one : null;
        }

        return null;
    }

    private BackEnd? Any(BackEnd[] all, IReadOnlyCollection<BackEnd> tried)
    {
        int start = all.Length > 1 ? random.Next(all.Length) : 0;
        for (int i = 0; i < all.Length; i++)
        {
            BackEnd one = all[(start + i) % all.Length];
            if (!tried.Contains(one)) return one;
        }

        return null;
    }
}
