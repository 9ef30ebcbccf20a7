using Flyball.Gateway.Routing;

namespace Flyball.Gateway.Tests.Resilience;

public sealed class BoundedCountTests
{
    /// <summary>
    /// Routes of several bounds lead to one endpoint: whom one of them refuses must not stand in the way.
    /// </summary>
    [Fact]
    public void TryEnter_WhileOthersAreRefused_FindsThePlaceThatIsFree()
    {
        UpstreamEndpoint endpoint = TestParts.Live("a");
        bool ends = false;
        var intruder = new Thread(() =>
        {
            while (!Volatile.Read(ref ends)) endpoint.TryEnter(0);
        });
        intruder.Start();
        int refused = 0;
        for (int i = 0; i < 1_000_000; i++)
        {
            if (endpoint.TryEnter(1)) endpoint.Leave();
            else refused++;
        }

        Volatile.Write(ref ends, true);
        intruder.Join();
        Assert.Equal((0, 0), (refused, endpoint.InFlight));
    }

    [Fact]
    public void TryEnter_FromManyThreads_NeverGoesBeyondTheBound()
    {
        UpstreamEndpoint endpoint = TestParts.Live("a");
        int most = 0;
        Parallel.For(0, 4, _ =>
        {
            for (int i = 0; i < 100_000; i++)
            {
                if (!endpoint.TryEnter(3)) continue;
                int seen = endpoint.InFlight;
                if (seen > Volatile.Read(ref most)) Volatile.Write(ref most, seen);
                endpoint.Leave();
            }
        });
        Assert.InRange(most, 1, 3);
        Assert.Equal(0, endpoint.InFlight);
    }
}
