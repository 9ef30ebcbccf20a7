using CsCheck;
using Flyball.Base.Loops;

namespace Flyball.Gateway.Tests.FastPath;

public sealed class TimerWheelTests
{
    private sealed class Owner : ITimed
    {
        public long? ToldAt { get; set; }

        public long? DueAt { get; set; }

        public void OnTimer()
        {
        }
    }

    /// <summary>
    /// However time-outs are set, moved, cleared and removed, each is told once, never early and at most a slot late.
    /// </summary>
    [Fact]
    public void Timers_AnyHistory_AreToldInTime() =>
        Gen.Select(Gen.Int[0, 9], Gen.Int[0, 30_000], Gen.Int[0, 3]).Array[1, 200].Sample(steps =>
        {
            const int Slot = 10;
            long now = 1_000_000;
            var owners = new Owner[10];
            var timers = new LoopTimer[10];
            for (int i = 0; i < owners.Length; i++) timers[i] = new LoopTimer(owners[i] = new Owner());
            // A millisecond is one timestamp here.
            var wheel = new TimerWheel(1_000, now, told => ((Owner)told).ToldAt = now);
            foreach ((int which, int amount, int kind) in steps)
            {
                Owner owner = owners[which];
                if (kind == 0)
                {
                    wheel.Set(timers[which], now + amount);
                    (owner.DueAt, owner.ToldAt) = (now + amount, null);
                }
                else if (kind == 1)
                {
                    wheel.Remove(timers[which]);
                    owner.DueAt = null;
                }
                else
                {
                    Advance(amount);
                }
            }

            Advance(60_000);
            Assert.Equal(-1, wheel.DelayMs(now));

            void Advance(int by)
            {
                long until = now + by;
                while (now < until)
                {
                    int delay = wheel.DelayMs(now);
                    now = delay < 0 ? until : Math.Min(until, now + Math.Max(1, delay));
                    wheel.Advance(now);
                    foreach (Owner owner in owners) Check(owner, now);
                }
            }

            static void Check(Owner owner, long now)
            {
                if (owner.ToldAt is { } told)
                {
                    Assert.NotNull(owner.DueAt);
                    Assert.InRange(told, owner.DueAt.Value, owner.DueAt.Value + (2 * Slot));
                    (owner.DueAt, owner.ToldAt) = (null, null);
                }

                if (owner.DueAt is { } due) Assert.True(now < due + (2 * Slot), $"Due at {due}, not told at {now}.");
            }
        }, iter: 500, seed: "0N0XIzNsQ0O2");
}
