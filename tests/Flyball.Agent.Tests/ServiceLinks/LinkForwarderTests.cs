using System.Net;
using System.Net.Sockets;
using System.Text;
using Flyball.Agent.ServiceLinks;
using Microsoft.Extensions.Logging.Abstractions;

namespace Flyball.Agent.Tests.ServiceLinks;

/// <summary>TCP from a link's port to the endpoints.</summary>
public sealed class LinkForwarderTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private static Socket Listen(out int port)
    {
        var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen();
        port = ((IPEndPoint)listener.LocalEndPoint!).Port;
        return listener;
    }

    private static LinkForwarder Forward(
        Func<IReadOnlyList<ForwardTarget>> targets, out int port, int connectionsMax = 100) =>
        new(Listen(out port), targets, connectionsMax, TimeProvider.System, NullLogger.Instance);

    private static async Task<Socket> ConnectAsync(int port)
    {
        var client = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await client.ConnectAsync(IPAddress.Loopback, port, Cancellation);
        return client;
    }

    private static async Task<string> ReadToEndAsync(Socket socket)
    {
        var all = new MemoryStream();
        var buffer = new byte[4096];
        int read;
        while ((read = await socket.ReceiveAsync(buffer, Cancellation)) > 0) all.Write(buffer, 0, read);
        return Encoding.ASCII.GetString(all.ToArray());
    }

    [Fact]
    public async Task Forward_ClientShutsDownItsSide_AnswerStillComes()
    {
        using Socket server = Listen(out int target);
        await using LinkForwarder link = Forward(() => [new ForwardTarget("127.0.0.1", target)], out int port);
        using Socket client = await ConnectAsync(port);
        await client.SendAsync("question"u8.ToArray(), Cancellation);
        client.Shutdown(SocketShutdown.Send);

        using Socket accepted = await server.AcceptAsync(Cancellation);
        Assert.Equal("question", await ReadToEndAsync(accepted));
        await accepted.SendAsync("answer"u8.ToArray(), Cancellation);
        accepted.Shutdown(SocketShutdown.Send);

        Assert.Equal("answer", await ReadToEndAsync(client));
    }

    [Fact]
    public async Task Forward_ServerBreaksOff_DoesNotLookWhole()
    {
        using Socket server = Listen(out int target);
        await using LinkForwarder link = Forward(() => [new ForwardTarget("127.0.0.1", target)], out int port);
        using Socket client = await ConnectAsync(port);
        using Socket accepted = await server.AcceptAsync(Cancellation);
        await accepted.SendAsync("half"u8.ToArray(), Cancellation);
        Assert.Equal(4, await client.ReceiveAsync(new byte[10], Cancellation));
        accepted.Close(0);

        SocketException broken = await Assert.ThrowsAsync<SocketException>(() => ReadToEndAsync(client));
        Assert.Equal(SocketError.ConnectionReset, broken.SocketErrorCode);
    }

    [Fact]
    public async Task Forward_MuchInBothDirections_ArrivesWhole()
    {
        using Socket server = Listen(out int target);
        await using LinkForwarder link = Forward(() => [new ForwardTarget("127.0.0.1", target)], out int port);
        using Socket client = await ConnectAsync(port);
        byte[] bytes = new byte[5_000_000];
        new Random(3).NextBytes(bytes);

        async Task EchoAsync()
        {
            using Socket accepted = await server.AcceptAsync(Cancellation);
            var buffer = new byte[10_000];
            int read;
            while ((read = await accepted.ReceiveAsync(buffer, Cancellation)) > 0)
            {
                for (int sent = 0; sent < read;)
                    sent += await accepted.SendAsync(buffer.AsMemory(sent, read - sent), Cancellation);
            }

            accepted.Shutdown(SocketShutdown.Send);
        }

        async Task SendAsync()
        {
            for (int sent = 0; sent < bytes.Length;) sent += await client.SendAsync(bytes.AsMemory(sent), Cancellation);
            client.Shutdown(SocketShutdown.Send);
        }

        Task echo = EchoAsync();
        Task sending = SendAsync();
        var all = new MemoryStream();
        var received = new byte[64 * 1024];
        int count;
        while ((count = await client.ReceiveAsync(received, Cancellation)) > 0) all.Write(received, 0, count);
        await Task.WhenAll(echo, sending);

        Assert.True(all.ToArray().AsSpan().SequenceEqual(bytes));
    }

    [Fact]
    public async Task Forward_FirstEndpointRefuses_TheNextTakesIt()
    {
        Socket closed = Listen(out int refusing);
        closed.Dispose();
        using Socket server = Listen(out int target);
        await using LinkForwarder link = Forward(
            () => [new ForwardTarget("127.0.0.1", refusing), new ForwardTarget("127.0.0.1", target)], out int port);
        for (int i = 0; i < 4; i++)
        {
            using Socket client = await ConnectAsync(port);
            using Socket accepted = await server.AcceptAsync(Cancellation);
            accepted.Shutdown(SocketShutdown.Send);
            Assert.Equal("", await ReadToEndAsync(client));
        }
    }

    [Fact]
    public async Task Forward_NoEndpointYet_WaitsForOne()
    {
        using Socket server = Listen(out int target);
        IReadOnlyList<ForwardTarget> targets = [];
        await using LinkForwarder link = Forward(() => Volatile.Read(ref targets), out int port);
        using Socket client = await ConnectAsync(port);

        Volatile.Write(ref targets, [new ForwardTarget("127.0.0.1", target)]);

        using Socket accepted = await server.AcceptAsync(Cancellation);
        await accepted.SendAsync("here"u8.ToArray(), Cancellation);
        accepted.Shutdown(SocketShutdown.Send);
        Assert.Equal("here", await ReadToEndAsync(client));
    }

    [Fact]
    public async Task Forward_OpenConnections_GoToTheLeastUsed()
    {
        using Socket one = Listen(out int first);
        using Socket two = Listen(out int second);
        await using LinkForwarder link = Forward(
            () => [new ForwardTarget("127.0.0.1", first), new ForwardTarget("127.0.0.1", second)], out int port);
        var clients = new List<Socket>();
        var counts = new int[2];
        Task<Socket> atOne = one.AcceptAsync(Cancellation).AsTask();
        Task<Socket> atTwo = two.AcceptAsync(Cancellation).AsTask();
        for (int i = 0; i < 6; i++)
        {
            clients.Add(await ConnectAsync(port));
            Task<Socket> done = await Task.WhenAny(atOne, atTwo);
            clients.Add(await done);
            counts[done == atOne ? 0 : 1]++;
            if (done == atOne) atOne = one.AcceptAsync(Cancellation).AsTask();
            else atTwo = two.AcceptAsync(Cancellation).AsTask();
        }

        Assert.Equal([3, 3], counts);
        foreach (Socket client in clients) client.Dispose();
    }
}
