using System.Net;
using Flyball.Discovery.Parking;
using Microsoft.Extensions.Time.Testing;

namespace Flyball.Discovery.Tests.Parking;

public sealed class WaitDeadlinesTests
{
    [Fact]
    public void Advance_ManyWaits_EachEndsWithinATickAndNeverEarly()
    {
        var time = new FakeTimeProvider();
        using var deadlines = new WaitDeadlines(time);
        var random = new Random(7);
        var waits = new List<(ParkedRequest Request, TimeSpan Wait)>();
        for (int i = 0; i < 500; i++)
        {
            TimeSpan wait = TimeSpan.FromMilliseconds(random.Next(0, 637_500));
            var request = new ParkedRequest(IPAddress.Loopback, deadlines.After(wait));
            request.OnEnd(deadlines.Remove);
            deadlines.Add(request);
            waits.Add((request, wait));
        }

        // Some end for another reason.
        foreach ((ParkedRequest request, _) in waits.Take(100)) request.End();
        var step = TimeSpan.FromMilliseconds(700);
        for (TimeSpan now = step; now < TimeSpan.FromSeconds(640); now += step)
        {
            time.Advance(step);
            foreach ((ParkedRequest request, TimeSpan wait) in waits.Skip(100))
            {
                if (wait > now) Assert.False(request.IsOver, $"{wait} ended at {now}");
                else if (wait < now - TimeSpan.FromMilliseconds(200)) Assert.True(request.IsOver, $"{wait} at {now}");
                if (request.IsOver) request.End();
            }
        }

        Assert.All(waits.Take(100), one => Assert.False(one.Request.IsOver));
    }

    [Fact]
    public void ExpireAll_EndsWhoWaits()
    {
        using var deadlines = new WaitDeadlines(new FakeTimeProvider());
        var request = new ParkedRequest(IPAddress.Loopback, deadlines.After(TimeSpan.FromMinutes(5)));
        deadlines.Add(request);
        deadlines.ExpireAll();
        Assert.True(request.IsOver);
    }
}
