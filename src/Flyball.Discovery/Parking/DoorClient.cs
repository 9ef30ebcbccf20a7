using System.Net;
using System.Net.Sockets;

namespace Flyball.Discovery.Parking;

/// <summary>
/// A client of a door for as long as its connection lasts. The HTTP server has it in turns; between them it rests here,
/// with its parked request.
/// </summary>
internal sealed class DoorClient(DoorListener listener, Socket socket, IPEndPoint remote)
{
    private volatile ParkedRequest? parked;
    private int isWatched;
    private int isClosed;

    public Socket Socket => socket;

    public IPEndPoint Remote => remote;

    /// <summary>The next turn.</summary>
    public DoorSession Open(long id)
    {
        ParkedRequest? resumed = parked;
        parked = null;
        resumed?.End();
        return new DoorSession(this, id, listener.EndPoint, resumed);
    }

    /// <summary>A turn is over.</summary>
    /// <param name="request">What it parked; null when the client is to leave.</param>
    public void Left(ParkedRequest? request)
    {
        if (request is null)
        {
            Close();
            return;
        }

        parked = request;
        if (!request.TryRest())
        {
            // Woken meanwhile: it stays on its way.
            Begin();
            return;
        }

        listener.Arrived();
        if (listener.IsClosed) EndParked();
        else if (Interlocked.Exchange(ref isWatched, 1) == 0) Forget(WatchAsync());
    }

    /// <summary>A request is on its way from the server to its rest.</summary>
    public void Leaving() => listener.Departed();

    /// <summary>The server has its request, or never will.</summary>
    public void Arrived() => listener.Arrived();

    /// <summary>Asks for a turn; without a door any more the client is dismissed.</summary>
    public void Begin()
    {
        if (!listener.Offer(this)) End();
    }

    /// <summary>Its request is woken. At a door that is closed it is dismissed with all others.</summary>
    public void Resume()
    {
        listener.Departed();
        if (!listener.Offer(this)) listener.Arrived();
    }

    /// <summary>Ends whatever it waits for, and the connection.</summary>
    public void End()
    {
        parked?.End();
        Close();
    }

    public void Close()
    {
        if (Interlocked.Exchange(ref isClosed, 1) == 1) return;
        try
        {
            socket.Shutdown(SocketShutdown.Both);
        }
        catch (SocketException)
        {
            // The client has gone already.
        }

        socket.Dispose();
        listener.Removed(this);
    }

    /// <summary>
    /// Sees that a parked client hangs up. It reads nothing, so it may stay behind while the server has its turn.
    /// </summary>
    private async Task WatchAsync()
    {
        do
        {
            try
            {
                await socket.ReceiveAsync(Memory<byte>.Empty, SocketFlags.None);
            }
            catch (Exception e) when (e is SocketException or ObjectDisposedException)
            {
                // Its end is seen below, by whoever looks: now, or when the next request is parked.
            }

            // A whole barrier: either the request that is being parked is seen here, or its turn sees that nobody
            // looks.
            Interlocked.Exchange(ref isWatched, 0);
            if (parked is not { IsResting: true }) return;
            // It may tell of bytes that an earlier turn has read since: then it is looked for again. Of one that sent
            // more and hung up then, no more is seen until its wait is over.
            if (IsReadable(out bool isEnd))
            {
                if (isEnd) EndParked();
                return;
            }
        }
        while (Interlocked.Exchange(ref isWatched, 1) == 0);
    }

    private bool IsReadable(out bool isEnd)
    {
        isEnd = true;
        try
        {
            bool isReadable = socket.Poll(0, SelectMode.SelectRead);
            isEnd = isReadable && socket.Available == 0;
            return isReadable;
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            return true;
        }
    }

    private void EndParked()
    {
        if (parked is { } request && request.TryTake()) End();
    }

    /// <summary>It reports for itself.</summary>
    private static void Forget(Task task) => _ = task;
}
