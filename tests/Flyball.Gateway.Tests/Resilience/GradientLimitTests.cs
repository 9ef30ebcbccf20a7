using Flyball.Contracts.Gateway;
using Flyball.Gateway.Resilience;
using Microsoft.Extensions.Time.Testing;

namespace Flyball.Gateway.Tests.Resilience;

/// <summary>
/// A service of fixed capacity in virtual time: so many workers, a queue in front of them that nobody bounds, and
/// clients that give up after a while, whose requests the service works on all the same.
/// </summary>
public sealed class GradientLimitTests
{
    private const int Workers = 10;
    private static readonly TimeSpan ServiceTime = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(1);

    /// <summary>Answers within the clients' patience in the last ten of so many seconds, each second.</summary>
    private static (double Goodput, double Shed) Run(double perSecond, bool limited, int seconds = 60)
    {
        var time = new FakeTimeProvider();
        UpstreamGate? gate = UpstreamGate.Of(limited ? new RouteLimits { Adaptive = true } : null, time);
        var queue = new Queue<DateTimeOffset>();
        var busy = new PriorityQueue<DateTimeOffset, DateTimeOffset>();
        var random = new Random(1);
        double arrivals = 0;
        int good = 0;
        int shed = 0;
        DateTimeOffset from = time.GetUtcNow() + TimeSpan.FromSeconds(seconds - 10);
        for (DateTimeOffset end = time.GetUtcNow() + TimeSpan.FromSeconds(seconds); time.GetUtcNow() < end;)
        {
            DateTimeOffset now = time.GetUtcNow();
            while (busy.TryPeek(out DateTimeOffset begun, out DateTimeOffset done) && done <= now)
            {
                busy.Dequeue();
                gate?.Observe(now - begun);
                gate?.Leave();
                if (now - begun <= Patience && now >= from) good++;
            }

            for (arrivals += perSecond * Step.TotalSeconds * 2 * random.NextDouble(); arrivals >= 1; arrivals--)
            {
                if (gate is null || gate.TryEnter()) queue.Enqueue(now);
                else if (now >= from) shed++;
            }

            while (busy.Count < Workers && queue.TryDequeue(out DateTimeOffset next))
                busy.Enqueue(next, now + (ServiceTime * (0.5 + random.NextDouble())));
            time.Advance(Step);
        }

        return (good / 10.0, shed / 10.0);
    }

    [Fact]
    public void Overload_WithTheLimit_GoodputIsKeptAndWithoutItCollapses()
    {
        // The capacity is about a thousand a second; twice as much is asked for.
        Assert.InRange(Run(2_000, limited: false).Goodput, 0, 50);
        (double goodput, double shed) = Run(2_000, limited: true);
        Assert.InRange(goodput, 850, 1_100);
        Assert.InRange(shed, 800, 1_200);
    }

    [Fact]
    public void Overload_ForLong_TheLimitDoesNotDriftUp() =>
        Assert.InRange(Run(5_000, limited: true, seconds: 300).Goodput, 850, 1_100);

    [Fact]
    public void BelowCapacity_NothingIsShed()
    {
        (double goodput, double shed) = Run(700, limited: true);
        Assert.InRange(goodput, 650, 750);
        Assert.InRange(shed, 0, 7);
    }

    [Fact]
    public void Capacity_GrowsAndShrinks_TheLimitFollows()
    {
        var time = new FakeTimeProvider();
        var limit = new GradientLimit(time);
        int Settle(int workers)
        {
            for (int i = 0; i < 20_000; i++)
            {
                // As many as are let in share the workers.
                double crowd = Math.Max(1, limit.Limit / (double)workers);
                limit.Observe(TimeSpan.FromMilliseconds(10 * crowd), limit.Limit);
                time.Advance(TimeSpan.FromMilliseconds(3));
            }

            return limit.Limit;
        }

        Assert.InRange(Settle(10), 10, 30);
        Assert.InRange(Settle(80), 80, 180);
        Assert.InRange(Settle(10), 10, 30);
    }
}
