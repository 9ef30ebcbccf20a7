using System.Net;
using System.Net.Sockets;
using System.Text;
using Flyball.Discovery.Sidecar.Configuring;
using Flyball.Discovery.Sidecar.Relaying;
using Flyball.Discovery.Sidecar.Using;
using Flyball.Discovery.Tests.Doors;
using Microsoft.Extensions.Logging.Abstractions;

namespace Flyball.Discovery.Tests.Sidecar;

/// <summary>A local port on loops of its own, and sockets for both of its sides.</summary>
internal sealed class RelayHost : IAsyncDisposable
{
    private readonly RelayDoor door;

    private RelayHost(RelayLoop[] loops, UsePort port, RelayDoor door)
    {
        Loops = loops;
        Port = port;
        this.door = door;
    }

    public RelayLoop[] Loops { get; }

    public UsePort Port { get; }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static async Task<RelayHost> StartAsync(
        Func<UseSpec, UseSpec>? change = null, TimeProvider? time = null, int loops = 1)
    {
        time ??= TimeProvider.System;
        var spec = new UseSpec { Service = "cart", Listen = DoorHost.Free() };
        if (change is not null) spec = change(spec);
        RelayLoop[] all = [.. Enumerable.Range(0, loops)
            .Select(index => new RelayLoop(index, time, NullLogger.Instance))];
        foreach (RelayLoop loop in all) loop.Start();
        var port = new UsePort(spec, all, new BackEndSet(time, new Random(3)));
        return new RelayHost(all, port, await RelayDoor.OpenAsync(all, port, NullLogger.Instance));
    }

    public static Socket Listen(out BackEndPlace place)
    {
        var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen();
        place = new BackEndPlace("127.0.0.1", ((IPEndPoint)listener.LocalEndPoint!).Port, 1, false);
        return listener;
    }

    /// <summary>Where nobody listens.</summary>
    public static BackEndPlace Nobody()
    {
        IPEndPoint free = DoorHost.Free();
        return new BackEndPlace("127.0.0.1", free.Port, 1, false);
    }

    public async Task<Socket> ConnectAsync()
    {
        var client = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await client.ConnectAsync(Port.Spec.Listen, Cancellation);
        return client;
    }

    public static async Task SendAsync(Socket socket, string text, bool ends = false)
    {
        await socket.SendAsync(Encoding.ASCII.GetBytes(text), Cancellation);
        if (ends) socket.Shutdown(SocketShutdown.Send);
    }

    public static async Task<string> ReadToEndAsync(Socket socket)
    {
        var all = new MemoryStream();
        var buffer = new byte[64 * 1024];
        int read;
        while ((read = await socket.ReceiveAsync(buffer, Cancellation)) > 0) all.Write(buffer, 0, read);
        return Encoding.ASCII.GetString(all.ToArray());
    }

    /// <summary>The connection is broken off, not ended.</summary>
    public static async Task AssertResetAsync(Socket socket)
    {
        SocketException reset = await Assert.ThrowsAsync<SocketException>(() => ReadToEndAsync(socket));
        Assert.Equal(SocketError.ConnectionReset, reset.SocketErrorCode);
    }

    /// <summary>A connection is refused by a reset, which may come before the client knows that it stands.</summary>
    public async Task AssertRefusedAsync()
    {
        SocketException reset = await Assert.ThrowsAsync<SocketException>(async () =>
        {
            using Socket client = await ConnectAsync();
            await ReadToEndAsync(client);
        });
        Assert.Equal(SocketError.ConnectionReset, reset.SocketErrorCode);
    }

    /// <summary>All connections are gone, and with them everything that they held.</summary>
    public async Task AssertNothingIsLeftAsync()
    {
        await DoorHost.EventuallyAsync(
            () => Task.FromResult(Port.Connections == 0), () => $"{Port.Connections} connections");
        foreach (RelayLoop loop in Loops)
        {
            Assert.Equal(0, await loop.AskAsync(() => loop.Buffers.Rented));
            Assert.Equal(loop.Index == 0 ? 1 : 0, await loop.AskAsync(() => loop.Poller.Count));
        }
    }

    public async ValueTask DisposeAsync()
    {
        await door.CloseAsync();
        foreach (RelayLoop loop in Loops) loop.Dispose();
    }
}
