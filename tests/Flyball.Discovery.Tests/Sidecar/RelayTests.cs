using System.Net.Sockets;
using Flyball.Discovery.Sidecar.Relaying;
using Flyball.Discovery.Sidecar.Using;
using Flyball.Discovery.Tests.Doors;
using Microsoft.Extensions.Time.Testing;

namespace Flyball.Discovery.Tests.Sidecar;

/// <summary>TCP from a local port to the back ends, with real sockets.</summary>
public sealed class RelayTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Relay_ClientEndsItsSide_AnswerStillComes()
    {
        await using RelayHost relay = await RelayHost.StartAsync();
        using Socket server = RelayHost.Listen(out BackEndPlace place);
        relay.Port.Apply([place]);
        using Socket client = await relay.ConnectAsync();
        await RelayHost.SendAsync(client, "question", ends: true);

        using Socket accepted = await server.AcceptAsync(Cancellation);
        Assert.Equal("question", await RelayHost.ReadToEndAsync(accepted));
        await RelayHost.SendAsync(accepted, "answer", ends: true);

        Assert.Equal("answer", await RelayHost.ReadToEndAsync(client));
        await relay.AssertNothingIsLeftAsync();
        Assert.Equal((8, 6, 1), (relay.Port.BytesUp, relay.Port.BytesDown, relay.Port.Ended(RelayOutcome.Ended)));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public async Task Relay_MuchInBothDirectionsAtOnce_ArrivesWhole(int loops)
    {
        await using RelayHost relay = await RelayHost.StartAsync(loops: loops);
        using Socket server = RelayHost.Listen(out BackEndPlace place);
        relay.Port.Apply([place]);
        byte[] bytes = new byte[3_000_000];
        new Random(3).NextBytes(bytes);

        async Task EchoAsync(Socket accepted)
        {
            using (accepted)
            {
                var buffer = new byte[10_000];
                int read;
                while ((read = await accepted.ReceiveAsync(buffer, Cancellation)) > 0)
                {
                    for (int sent = 0; sent < read;)
                        sent += await accepted.SendAsync(buffer.AsMemory(sent, read - sent), Cancellation);
                }

                accepted.Shutdown(SocketShutdown.Send);
            }
        }

        async Task ClientAsync()
        {
            using Socket client = await relay.ConnectAsync();
            Task echo = EchoAsync(await server.AcceptAsync(Cancellation));
            Task<MemoryStream> reading = ReadAsync(client, bytes.Length);
            for (int sent = 0; sent < bytes.Length;) sent += await client.SendAsync(bytes.AsMemory(sent), Cancellation);
            client.Shutdown(SocketShutdown.Send);
            Assert.True((await reading).ToArray().AsSpan().SequenceEqual(bytes));
            await echo;
        }

        for (int i = 0; i < 4; i++) await ClientAsync();
        await relay.AssertNothingIsLeftAsync();
    }

    [Fact]
    public async Task Relay_ReceiverThatDoesNotRead_HoldsItsSenderUp()
    {
        await using RelayHost relay = await RelayHost.StartAsync();
        using Socket server = RelayHost.Listen(out BackEndPlace place);
        relay.Port.Apply([place]);
        using Socket client = await relay.ConnectAsync();
        client.Blocking = false;
        using Socket accepted = await server.AcceptAsync(Cancellation);
        long sent = 0;
        var bytes = new byte[256 * 1024];
        // Until the buffers of all sockets in between are full: nothing else holds more than one buffer.
        await DoorHost.EventuallyAsync(() =>
        {
            int now = client.Send(bytes, SocketFlags.None, out SocketError error);
            sent += Math.Max(0, now);
            return Task.FromResult(error == SocketError.WouldBlock && relay.Port.BytesUp < sent);
        }, () => $"{sent} bytes went through");
        Assert.Equal(1, await relay.Loops[0].AskAsync(() => relay.Loops[0].Buffers.Rented));

        client.Blocking = true;
        client.Shutdown(SocketShutdown.Send);
        accepted.Shutdown(SocketShutdown.Send);
        Assert.Equal(sent, (await ReadAsync(accepted, (int)sent)).Length);
        await relay.AssertNothingIsLeftAsync();
    }

    [Fact]
    public async Task Relay_FirstBackEndRefuses_TheNextTakesIt()
    {
        await using RelayHost relay = await RelayHost.StartAsync();
        using Socket server = RelayHost.Listen(out BackEndPlace place);
        relay.Port.Apply([RelayHost.Nobody(), place]);
        for (int i = 0; i < 20; i++)
        {
            using Socket client = await relay.ConnectAsync();
            using Socket accepted = await server.AcceptAsync(Cancellation);
            accepted.Shutdown(SocketShutdown.Send);
            Assert.Equal("", await RelayHost.ReadToEndAsync(client));
        }

        Assert.Equal(1, relay.Port.BackEnds.LeftOutCount);
        Assert.Equal(BackEndSet.FailuresMax, relay.Port.TriesFailed);
    }

    [Fact]
    public async Task Relay_NobodyCanBeReached_IsReset()
    {
        await using RelayHost relay = await RelayHost.StartAsync();
        relay.Port.Apply([RelayHost.Nobody(), RelayHost.Nobody()]);
        await relay.AssertRefusedAsync();
        await relay.AssertNothingIsLeftAsync();
        Assert.Equal(1, relay.Port.Ended(RelayOutcome.Unreached));
    }

    [Fact]
    public async Task Relay_NoBackEndYet_WaitsForOne()
    {
        await using RelayHost relay = await RelayHost.StartAsync(spec => spec with { Wait = TimeSpan.FromMinutes(1) });
        using Socket server = RelayHost.Listen(out BackEndPlace place);
        using Socket client = await relay.ConnectAsync();
        await RelayHost.SendAsync(client, "early");
        await DoorHost.EventuallyAsync(
            () => Task.FromResult(relay.Port.Connections == 1), () => "the connection was not accepted");

        relay.Port.Apply([place]);

        using Socket accepted = await server.AcceptAsync(Cancellation);
        await RelayHost.SendAsync(accepted, "here", ends: true);
        Assert.Equal("here", await RelayHost.ReadToEndAsync(client));
    }

    [Fact]
    public async Task Relay_NoBackEndComes_IsResetWhenItHasWaited()
    {
        var time = new FakeTimeProvider();
        await using RelayHost relay = await RelayHost.StartAsync(time: time);
        using Socket client = await relay.ConnectAsync();
        await DoorHost.EventuallyAsync(
            () => Task.FromResult(relay.Port.Connections == 1), () => "the connection was not accepted");
        await relay.Loops[0].AskAsync(() => 0);
        time.Advance(relay.Port.Spec.Wait - TimeSpan.FromMilliseconds(50));
        await relay.Loops[0].AskAsync(() => 0);
        Assert.Equal(1, relay.Port.Connections);

        time.Advance(TimeSpan.FromMilliseconds(100));
        await relay.Loops[0].AskAsync(() => 0);
        await RelayHost.AssertResetAsync(client);
        await relay.AssertNothingIsLeftAsync();
        Assert.Equal(1, relay.Port.Ended(RelayOutcome.NoBackEnd));
    }

    [Fact]
    public async Task Relay_CarriesNothing_IsBrokenOffWhenItsTimeIsOver()
    {
        var time = new FakeTimeProvider();
        await using RelayHost relay = await RelayHost.StartAsync(
            spec => spec with { Idle = TimeSpan.FromSeconds(5) }, time);
        using Socket server = RelayHost.Listen(out BackEndPlace place);
        relay.Port.Apply([place]);
        using Socket client = await relay.ConnectAsync();
        using Socket accepted = await server.AcceptAsync(Cancellation);
        var one = new byte[1];
        for (int i = 0; i < 4; i++)
        {
            time.Advance(TimeSpan.FromSeconds(4));
            await RelayHost.SendAsync(client, "x");
            Assert.Equal(1, await accepted.ReceiveAsync(one, Cancellation));
        }

        time.Advance(TimeSpan.FromSeconds(6));
        await relay.Loops[0].AskAsync(() => 0);
        await RelayHost.AssertResetAsync(client);
        await RelayHost.AssertResetAsync(accepted);
        Assert.Equal(1, relay.Port.Ended(RelayOutcome.Idle));
    }

    [Fact]
    public async Task Relay_OneMoreThanTheBound_IsResetAndTheOthersGoOn()
    {
        await using RelayHost relay = await RelayHost.StartAsync(spec => spec with { ConnectionsMax = 1 });
        using Socket server = RelayHost.Listen(out BackEndPlace place);
        relay.Port.Apply([place]);
        using Socket first = await relay.ConnectAsync();
        using Socket accepted = await server.AcceptAsync(Cancellation);

        await relay.AssertRefusedAsync();

        await RelayHost.SendAsync(accepted, "still here", ends: true);
        Assert.Equal("still here", await RelayHost.ReadToEndAsync(first));
        Assert.Equal(1, relay.Port.Ended(RelayOutcome.ConnectionsMax));
    }

    [Fact]
    public async Task Relay_BackEndBreaksOff_TheClientSeesAReset()
    {
        await using RelayHost relay = await RelayHost.StartAsync();
        using Socket server = RelayHost.Listen(out BackEndPlace place);
        relay.Port.Apply([place]);
        using Socket client = await relay.ConnectAsync();
        using (Socket accepted = await server.AcceptAsync(Cancellation))
        {
            await RelayHost.SendAsync(accepted, "half");
            var half = new byte[4];
            Assert.Equal(4, await client.ReceiveAsync(half, Cancellation));
            accepted.LingerState = new LingerOption(true, 0);
        }

        await RelayHost.AssertResetAsync(client);
        await relay.AssertNothingIsLeftAsync();
        Assert.Equal(1, relay.Port.Ended(RelayOutcome.Broken));
    }

    [Fact]
    public void Retries_AllFail_OnlyAShareOfTheConnectionsTriesAgain()
    {
        var allowance = new RetryAllowance();
        int inStore = 0;
        while (allowance.TrySpend()) inStore++;
        Assert.Equal(100, inStore);
        int more = 0;
        for (int i = 0; i < 100; i++)
        {
            allowance.Earn();
            if (allowance.TrySpend()) more++;
        }

        Assert.Equal(20, more);
    }

    private static async Task<MemoryStream> ReadAsync(Socket from, int count)
    {
        var all = new MemoryStream();
        var buffer = new byte[64 * 1024];
        int read;
        while (all.Length < count && (read = await from.ReceiveAsync(buffer, Cancellation)) > 0)
            all.Write(buffer, 0, read);
        return all;
    }
}
