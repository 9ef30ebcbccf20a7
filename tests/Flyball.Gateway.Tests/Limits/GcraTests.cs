using CsCheck;
using Flyball.Contracts.Gateway.Security;
using Flyball.Gateway.Limits;

namespace Flyball.Gateway.Tests.Limits;

public sealed class GcraTests
{
    private static readonly Gen<LimitRate> Rates = Gen.Select(
        Gen.Long[LimitRate.IntervalNsMin, 10_000_000_000], Gen.Long[1, 10_000],
        (interval, burst) => new LimitRate(interval, burst));

    /// <summary>A token bucket with fractions, as the field describes it: the algorithm has to agree with it.</summary>
    private sealed class TokenBucket(LimitRate rate)
    {
        private decimal tokens = rate.Burst;
        private long at;

        public decimal Tokens => tokens;

        public bool Take(long now)
        {
            tokens = Math.Min(rate.Burst, tokens + ((now - at) / (decimal)rate.IntervalNs));
            at = now;
            if (tokens < 1) return false;
            tokens -= 1;
            return true;
        }
    }

    [Fact]
    public void Take_AnyTimes_AgreesWithATokenBucket() =>
        Gen.Select(Rates, Gen.Long[0, 3_000_000_000].Array[1, 200]).Sample((rate, steps) =>
        {
            var bucket = new TokenBucket(rate);
            long due = 0;
            long now = 1_000_000_000_000;
            bucket.Take(now);
            Gcra.Take(due, now, rate, out due);
            foreach (long step in steps)
            {
                now += step;
                LimitVerdict verdict = Gcra.Take(due, now, rate, out due);
                Assert.Equal(bucket.Take(now), verdict.Passes);
                Assert.Equal((long)Math.Floor(bucket.Tokens + 1e-12m), verdict.Remaining);
            }
        });

    [Fact]
    public void Take_Refused_PassesAfterRetryAfterAndNotBefore() =>
        Gen.Select(Rates, Gen.Int[0, 500]).Sample((rate, spent) =>
        {
            long due = 0;
            const long Now = 1_000_000_000_000;
            LimitVerdict verdict = default;
            for (long i = 0; i <= rate.Burst + spent && (i == 0 || verdict.Passes); i++)
                verdict = Gcra.Take(due, Now, rate, out due);
            if (verdict.Passes) return;
            long wait = verdict.RetryAfter.Ticks * 100;
            Assert.True(Gcra.Take(due, Now + wait, rate, out _).Passes);
            Assert.False(Gcra.Take(due, Now + wait - 200, rate, out _).Passes);
        });

    [Fact]
    public void Debit_AnyCount_IsBoundedByTwoBursts() =>
        Gen.Select(Rates, Gen.Long[1, long.MaxValue]).Sample((rate, count) =>
        {
            const long Now = 1_000_000_000_000;
            long due = Gcra.Debit(0, Now, rate, count);
            Assert.InRange(due, Now, Now + (2 * rate.BurstNs));
            if (count <= rate.Burst) Assert.Equal(Now + (count * rate.IntervalNs), due);
        });

    [Theory]
    [InlineData(10, 1_000, null, 100_000_000, 10)]
    [InlineData(10, 60_000, 3L, 6_000_000_000, 3)]
    [InlineData(1, 86_400_000, null, 86_400_000_000_000, 1)]
    [InlineData(long.MaxValue, 1_000, null, 100, long.MaxValue / 4 / 100)]
    public void Rate_OfARoute_IsTheIntervalAndTheBurst(
        long requests, int perMs, long? burst, long interval, long expectedBurst)
    {
        LimitRate rate = LimitRate.Of(new RouteRateLimit
        {
            Requests = requests, Per = TimeSpan.FromMilliseconds(perMs), Burst = burst,
        });

        Assert.Equal(new LimitRate(interval, expectedBurst), rate);
    }
}
