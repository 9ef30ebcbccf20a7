using System.Net.Sockets;
using Flyball.Gateway.FastPath.Loops;
using Flyball.Gateway.Serving;

namespace Flyball.Gateway.Tests.FastPath;

/// <summary>
/// A client ends its side while the loop is busy elsewhere, so that the end and the request's last bytes come as one
/// event: the endpoint must not be kept busy for nobody.
/// </summary>
public sealed class HangUpTests
{
    [Theory]
    [InlineData("GET / HTTP/1.1\r\nHost: h\r\n\r\n", "")]
    [InlineData("PUT / HTTP/1.1\r\nHost: h\r\nContent-Length: 4\r\n\r\n", "body")]
    [InlineData("PUT / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n", "4\r\nbody\r\n0\r\n\r\n")]
    [InlineData("PUT / HTTP/1.1\r\nHost: h\r\nContent-Length: 4\r\n\r\nbo", "dy")]
    public async Task EndWithTheLastBytes_EndpointIsLetGo(string begin, string rest)
    {
        var left = new TaskCompletionSource();
        var entered = new TaskCompletionSource();
        await using KestrelBackend backend = await KestrelBackend.StartAsync(async context =>
        {
            context.RequestAborted.Register(() => left.TrySetResult());
            entered.TrySetResult();
            await left.Task;
        });
        await using GatewayUnderTest gateway = await GatewayUnderTest.StartAsync(fast: true);
        await gateway.RouteAsync();
        await gateway.EndpointAsync("a1", backend.Address);
        using RawConnection client = await RawConnection.OpenAsync(gateway.Port);

        if (rest.Length > 0)
        {
            await client.SendAsync(begin);
            await entered.Task;
        }

        using (await HoldAsync(gateway))
        {
            await client.SendAsync(rest.Length > 0 ? rest : begin);
            client.Socket.Shutdown(SocketShutdown.Send);
        }

        // Whoever keeps the endpoint busy until the route's time-out would answer with 504.
        Assert.Equal(0, await client.Socket.ReceiveAsync(new byte[100]));
        if (entered.Task.IsCompleted) await left.Task;
        Assert.Equal(0, gateway.Table.Upstreams().Single().Endpoints.All[0].InFlight);
    }

    /// <summary>Holds every loop until it is disposed.</summary>
    private static async Task<Hold> HoldAsync(GatewayUnderTest gateway)
    {
        var release = new ManualResetEventSlim();
        var held = new List<Task>();
        foreach (EventLoop loop in gateway.Get<GatewayServer>().Loops!.Loops)
        {
            var holds = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            held.Add(holds.Task);
            loop.Post(() =>
            {
                holds.SetResult();
                release.Wait();
            });
        }

        await Task.WhenAll(held);
        return new Hold(release);
    }

    private readonly struct Hold(ManualResetEventSlim until) : IDisposable
    {
        public void Dispose() => until.Set();
    }
}
