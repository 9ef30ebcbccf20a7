using System.Buffers;
using System.Globalization;
using System.IO.Pipelines;
using System.Net;
using Microsoft.AspNetCore.Connections;

namespace Flyball.Discovery.Parking;

/// <summary>
/// The HTTP server's turn with a client: from when it connects, or its parked request is woken, until it leaves or
/// parks a request. The turn's memory (about 10 KiB) is what a parked client does without.
/// </summary>
internal sealed class DoorSession : DefaultConnectionContext, IDuplexPipe
{
    private readonly DoorClient client;
    private readonly DoorStream stream;
    private ParkedRequest? resumed;
    private ParkedRequest? parked;
    private int isOver;

    public DoorSession(DoorClient client, long id, EndPoint local, ParkedRequest? resumed)
        : base(id.ToString("x", CultureInfo.InvariantCulture))
    {
        this.client = client;
        this.resumed = resumed;
        stream = new DoorStream(client.Socket, resumed?.Bytes ?? []);
        Input = PipeReader.Create(stream, new StreamPipeReaderOptions(leaveOpen: true, useZeroByteReads: true));
        Output = PipeWriter.Create(stream, new StreamPipeWriterOptions(leaveOpen: true));
        Transport = this;
        LocalEndPoint = local;
        RemoteEndPoint = client.Remote;
        Features.Set(this);
    }

    public PipeReader Input { get; }

    public PipeWriter Output { get; }

    public IPAddress Remote => client.Remote.Address;

    /// <summary>For the turn's first request, the one that was woken; once.</summary>
    public ParkedRequest? TakeResumed()
    {
        ParkedRequest? taken = resumed;
        resumed = null;
        if (taken is not null) client.Arrived();
        return taken;
    }

    /// <summary>
    /// The request that is being handled may be parked: a door that closes waits until it is, and answered.
    /// </summary>
    public void Leaving() => client.Leaving();

    /// <summary>It is not parked after all.</summary>
    public void Stays() => client.Arrived();

    /// <summary>
    /// Parks the request that is being handled, which is announced as leaving and whose body was read; the handler
    /// writes nothing and aborts the context.
    /// </summary>
    public void Park(ParkedRequest request, ReadOnlySpan<byte> text)
    {
        ReadOnlySequence<byte> ahead = default;
        // Requests that the client sent ahead.
        bool isAhead = Input.TryRead(out ReadResult more);
        if (isAhead) ahead = more.Buffer;
        request.Bytes = [.. text, .. ahead.ToArray(), .. stream.Unread];
        if (isAhead) Input.AdvanceTo(ahead.End);
        request.Client = client;
        parked = request;
        // The server looks for one more request, finds the end, and lets go.
        stream.End();
    }

    public override void Abort(ConnectionAbortedException abortReason)
    {
        if (parked is null) client.Close();
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        // The server may say so twice.
        if (Interlocked.Exchange(ref isOver, 1) == 1) return;
        TakeResumed();
        client.Left(parked);
    }
}
