using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Flyball.Load.Http;
using Flyball.Load.Measuring;

namespace Flyball.Load.Driving;

/// <summary>
/// The connections: opened when a request finds none that is idle, kept as long as the server keeps them. The one used
/// last is used first, so that those of a peak are given up by the server in their time.
/// </summary>
internal sealed unsafe class ConnectionPool : IDisposable
{
    private readonly LoadPlan plan;
    private readonly LoadRecorder recorder;
    private readonly Poller poller;
    private readonly Action<DueRequest> repeat;
    private readonly byte[] address;
    private readonly byte[] request;
    private readonly LoadConnection?[] places;
    private readonly Stack<int> free = new();
    private readonly Stack<LoadConnection> idle = new();
    private readonly BusyList busy = new();

    /// <param name="plan">Where to, and how many.</param>
    /// <param name="recorder">Told of every outcome.</param>
    /// <param name="poller">Watches the sockets.</param>
    /// <param name="repeat">Takes a request back that was not served because its connection had been closed.</param>
    public ConnectionPool(LoadPlan plan, LoadRecorder recorder, Poller poller, Action<DueRequest> repeat)
    {
        (this.plan, this.recorder, this.poller, this.repeat) = (plan, recorder, poller, repeat);
        SocketAddress socketAddress = plan.Target.Serialize();
        address = socketAddress.Buffer.Span[..socketAddress.Size].ToArray();
        request = GC.AllocateUninitializedArray<byte>(plan.Request.Bytes.Length, pinned: true);
        plan.Request.Bytes.CopyTo(request, 0);
        places = new LoadConnection?[plan.ConnectionsMax];
        for (int id = plan.ConnectionsMax - 1; id >= 0; id--) free.Push(id);
    }

    public int BusyCount => busy.Count;

    /// <summary>Intended time of the oldest request that is on its way.</summary>
    public long? OldestIntendedAt => busy.First?.Request.IntendedAt;

    /// <summary>Puts a request on its way; false when every connection is busy.</summary>
    public bool TryStart(DueRequest due, long now)
    {
        while (idle.TryPop(out LoadConnection? kept))
            if (kept.State == ConnectionState.Idle)
            {
                Begin(kept, due, ConnectionState.Busy);
                kept.SentAt = now;
                Send(kept);
                return true;
            }

        if (!free.TryPop(out int id)) return false;
        Open(places[id] ??= new LoadConnection(id), due, now);
        return true;
    }

    /// <summary>Gives up requests that were intended at that time or earlier.</summary>
    public void Expire(long intendedUntil, long now)
    {
        while (busy.First is { } oldest && oldest.Request.IntendedAt <= intendedUntil)
        {
            recorder.TimedOut(now - oldest.Request.IntendedAt);
            Close(oldest);
        }
    }

    /// <summary>Counts what is on its way as unfinished.</summary>
    public void Abandon()
    {
        while (busy.First is { } oldest)
        {
            recorder.Failed(LoadFailure.Unfinished, null);
            Close(oldest);
        }
    }

    /// <summary>Something happened to a socket.</summary>
    public void Happened(int id, uint what)
    {
        LoadConnection connection = places[id]!;
        switch (connection.State)
        {
            case ConnectionState.Connecting:
                FinishConnecting(connection);
                break;
            case ConnectionState.Busy:
                if ((what & Libc.Writable) != 0 && connection.Sent < request.Length) Send(connection);
                if (connection.State == ConnectionState.Busy && (what & ~Libc.Writable) != 0) Receive(connection);
                break;
            case ConnectionState.Idle:
                // Nothing was asked: the server gives the connection up, or says what nobody wants to hear.
                Close(connection);
                break;
        }
    }

    public void Dispose()
    {
        foreach (LoadConnection? connection in places)
            if (connection is { State: not ConnectionState.Closed }) _ = Libc.Close(connection.Descriptor);
    }

    private void Begin(LoadConnection connection, DueRequest due, ConnectionState state)
    {
        connection.Request = due;
        connection.State = state;
        (connection.Sent, connection.Buffered, connection.HasAnswer) = (0, 0, false);
        connection.Parser.Reset();
        busy.Add(connection);
    }

    private void Open(LoadConnection connection, DueRequest due, long now)
    {
        connection.IsReused = false;
        connection.SentAt = now;
        Begin(connection, due, ConnectionState.Connecting);
        connection.Descriptor = Libc.Socket(
            plan.Target.AddressFamily == AddressFamily.InterNetworkV6 ? 10 : 2, Libc.StreamNonBlocking, 0);
        if (connection.Descriptor < 0)
        {
            Fail(connection, LoadFailure.Connect, Libc.Errno);
            return;
        }

        recorder.Opened();
        Libc.SetNoDelay(connection.Descriptor);
        int result;
        fixed (byte* to = address) result = Libc.Connect(connection.Descriptor, to, (uint)address.Length);
        int error = result < 0 ? Libc.Errno : 0;
        if (error is not (0 or Libc.InProgress))
        {
            Fail(connection, LoadFailure.Connect, error);
            return;
        }

        poller.Watch(connection.Descriptor, connection.Id, Libc.Readable | Libc.Writable, Libc.Add);
    }

    private void FinishConnecting(LoadConnection connection)
    {
        int error = Libc.SocketError(connection.Descriptor);
        if (error != 0)
        {
            Fail(connection, LoadFailure.Connect, error);
            return;
        }

        connection.State = ConnectionState.Busy;
        Send(connection);
        if (connection.State == ConnectionState.Busy && connection.Sent == request.Length)
            poller.Watch(connection.Descriptor, connection.Id, Libc.Readable, Libc.Modify);
    }

    private void Send(LoadConnection connection)
    {
        int before = connection.Sent;
        nint sent;
        fixed (byte* bytes = request)
            sent = Libc.Send(
                connection.Descriptor, bytes + before, request.Length - before, Libc.NoSignal);
        if (sent < 0 && Libc.Errno is var error and not (Libc.Again or Libc.Interrupted))
        {
            Lost(connection, error);
            return;
        }

        connection.Sent += (int)Math.Max(0, sent);
        bool isWhole = connection.Sent == request.Length;
        if (before == 0 && !isWhole)
            poller.Watch(connection.Descriptor, connection.Id, Libc.Readable | Libc.Writable, Libc.Modify);
        else if (before > 0 && isWhole) poller.Watch(connection.Descriptor, connection.Id, Libc.Readable, Libc.Modify);
    }

    private void Receive(LoadConnection connection)
    {
        while (true)
        {
            byte[] buffer = connection.Buffer;
            int room = buffer.Length - connection.Buffered;
            nint count;
            fixed (byte* into = buffer)
                count = Libc.Receive(connection.Descriptor, into + connection.Buffered, room, 0);
            if (count < 0 && Libc.Errno is (Libc.Again or Libc.Interrupted)) return;
            if (count <= 0)
            {
                if (count == 0 && connection.Parser.EndsWithConnection) Complete(connection, isLast: true);
                else Lost(connection, count < 0 ? Libc.Errno : 0);
                return;
            }

            connection.HasAnswer = true;
            connection.Buffered += (int)count;
            recorder.Received((int)count);
            if (!Parse(connection) || count < room) return;
        }
    }

    /// <summary>False when the request has ended, well or not.</summary>
    private bool Parse(LoadConnection connection)
    {
        ResponseStep step = connection.Parser.Read(
            connection.Buffer.AsSpan(0, connection.Buffered), plan.Request.HasNoAnswerBody, out int consumed);
        connection.Buffered -= consumed;
        if (connection.Buffered > 0 && consumed > 0)
            connection.Buffer.AsSpan(consumed, connection.Buffered).CopyTo(connection.Buffer);
        if (step == ResponseStep.Complete)
        {
            Complete(connection, isLast: false);
            return false;
        }

        if (step == ResponseStep.NeedsMore && connection.Buffered < LoadConnection.HeadBytesMax) return true;
        recorder.Failed(LoadFailure.Protocol, "an answer that is no HTTP/1.1");
        Close(connection);
        return false;
    }

    private void Complete(LoadConnection connection, bool isLast)
    {
        recorder.Answered(
            connection.Parser.Status, connection.Request.IntendedAt, connection.SentAt, MonotonicClock.Now);
        if (isLast || !connection.Parser.KeepsAlive || connection.Buffered > 0 || connection.Sent < request.Length)
        {
            Close(connection);
            return;
        }

        busy.Remove(connection);
        connection.State = ConnectionState.Idle;
        connection.IsReused = true;
        idle.Push(connection);
    }

    /// <summary>The connection ended under a request.</summary>
    private void Lost(LoadConnection connection, int error)
    {
        DueRequest due = connection.Request;
        if (connection is { IsReused: true, HasAnswer: false } && !due.IsRepeat && plan.Request.MayRepeat)
        {
            Close(connection);
            repeat(due);
            return;
        }

        Fail(connection, LoadFailure.Closed, error);
    }

    private void Fail(LoadConnection connection, LoadFailure kind, int error)
    {
        recorder.Failed(kind, error == 0 ? "the server closed the connection" : Marshal.GetPInvokeErrorMessage(error));
        Close(connection);
    }

    private void Close(LoadConnection connection)
    {
        if (connection.State is ConnectionState.Connecting or ConnectionState.Busy) busy.Remove(connection);
        if (connection.Descriptor >= 0) _ = Libc.Close(connection.Descriptor);
        connection.Descriptor = -1;
        connection.State = ConnectionState.Closed;
        free.Push(connection.Id);
    }
}
