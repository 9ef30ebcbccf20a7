using Flyball.Gateway.FastPath.Loops;
using Flyball.Gateway.Health;

namespace Flyball.Gateway.FastPath.Relaying;

/// <summary>A connection to an endpoint: being made, carrying one exchange, or idle.</summary>
internal sealed class UpstreamConnection(EventLoop loop, int descriptor, EndpointPool pool)
    : GatewaySocket(loop, descriptor), ILinked<UpstreamConnection>
{
    private Exchange? exchange;
    private bool stands;

    public UpstreamConnection? Older { get; set; }

    public UpstreamConnection? Newer { get; set; }

    /// <summary>In the loop's timestamps.</summary>
    public long IdleSince { get; set; }

    public bool Stands => stands;

    /// <summary>Nothing has come on it, neither bytes nor its end.</summary>
    public bool IsQuiet => Posix.IsQuiet(Descriptor);

    public void Begin(Exchange first, bool stands)
    {
        exchange = first;
        this.stands = stands;
        if (stands) AssumeWritable();
        else AwaitWritable();
    }

    public void Take(Exchange next) => exchange = next;

    /// <summary>The exchange is done with it, and another may follow.</summary>
    public void Release()
    {
        exchange = null;
        // Bytes or an end that have come concern no request: the next one shall not meet them.
        if (PeerDone || (CanRead && !IsQuiet)) Close();
        else pool.Release(this);
    }

    public void Close()
    {
        if (!IsOpen) return;
        exchange = null;
        CloseDescriptor();
        pool.Closed();
    }

    public override void OnReady()
    {
        if (exchange is { } current)
        {
            if (stands) current.OnUpstreamReady();
            else if (CanWrite || IsBroken) EndConnecting(current);
            return;
        }

        if (!PeerDone && IsQuiet) return;
        pool.Lost(this);
        Close();
    }

    public override void Abandon()
    {
        if (exchange is { } current) current.Client.Abandon();
        else if (IsOpen) pool.Lost(this);
        Close();
    }

    private void EndConnecting(Exchange current)
    {
        int error = Posix.PendingError(Descriptor);
        if (error == 0)
        {
            stands = true;
            current.Tries.Connected(this);
            return;
        }

        current.Tries.Failed(error == Posix.Refused ? AttemptOutcome.Refused : AttemptOutcome.Unreachable);
    }
}
