using System.Collections.Concurrent;
using Flyball.Base.Loops;

namespace Flyball.Base.Tests.Loops;

public sealed class SocketLoopTests
{
    [Fact]
    public async Task Ended_TakesNothingMore()
    {
        var loop = new SocketLoop("ends", TimeProvider.System, Unexpected);
        loop.Start();
        Assert.Equal(1, await loop.AskAsync(() => 1));
        loop.Dispose();
        Assert.False(loop.Post(() => { }));
        await Assert.ThrowsAsync<ObjectDisposedException>(() => loop.AskAsync(() => 1));
    }

    [Fact]
    public async Task PostedWork_IsDoneOrRefusedAndNeverForgotten()
    {
        var loop = new SocketLoop("ends under load", TimeProvider.System, Unexpected);
        loop.Start();
        Task<bool>[] askers = [.. Enumerable.Range(0, 4).Select(_ => Task.Run(() => AskUntilRefusedAsync(loop)))];
        await loop.AskAsync(() => 0);
        loop.Dispose();
        Assert.All(await Task.WhenAll(askers).WaitAsync(TimeSpan.FromSeconds(30)), Assert.True);
    }

    [Fact]
    public async Task PostedWork_ThatFails_CostsNothingElse()
    {
        var failures = new ConcurrentQueue<Exception>();
        using var loop = new SocketLoop("goes on", TimeProvider.System, failures.Enqueue);
        loop.Start();
        loop.Post(() => throw new InvalidOperationException("on purpose"));
        Assert.Equal(1, await loop.AskAsync(() => 1));
        Assert.Equal("on purpose", Assert.Single(failures).Message);
    }

    private static async Task<bool> AskUntilRefusedAsync(SocketLoop loop)
    {
        try
        {
            while (true) await loop.AskAsync(() => 0);
        }
        catch (ObjectDisposedException)
        {
            return true;
        }
    }

    private static void Unexpected(Exception reason) => Assert.Fail(reason.ToString());
}
