using Flyball.Gateway.Resilience;
using Flyball.Gateway.Routing;

namespace Flyball.Gateway.Telemetry;

/// <summary>
/// One request's wait, counted while it lasts and measured when it ends, over however many times it is woken in vain.
/// Not made before a request waits.
/// </summary>
internal sealed class WaitCount(GatewayMetrics metrics, TimeProvider time)
{
    private TargetEntry? target;
    private WaitReason reason;
    private long since;

    /// <summary>The request waits for this; goes on when it does so already.</summary>
    public void Begin(TargetEntry of, WaitReason what)
    {
        if (target is not null && reason == what) return;
        // What it waited for has come, and it waits for something else now.
        End(WaitEnd.Served);
        (target, reason, since) = (of, what, time.GetTimestamp());
        metrics.Waiting(of.Labels.Upstream, Word(what), 1);
        of.Upstream.CountWaiter(1);
        if (what == WaitReason.Instance) of.Upstream.State.BeginWaiting();
    }

    /// <summary>It waits no longer; nothing when it does not wait.</summary>
    public void End(WaitEnd how)
    {
        if (target is not { } of) return;
        target = null;
        of.Upstream.CountWaiter(-1);
        if (reason == WaitReason.Instance) of.Upstream.State.EndWaiting();
        metrics.Waiting(of.Labels.Upstream, Word(reason), -1);
        metrics.Waited(of.Labels.Upstream, Word(reason), Word(how), time.GetElapsedTime(since));
    }

    private static string Word(WaitReason reason) => reason == WaitReason.Instance ? "instance" : "room";

    private static string Word(WaitEnd end) => end switch
    {
        WaitEnd.Served => "served",
        WaitEnd.Expired => "expired",
        WaitEnd.Full => "full",
        WaitEnd.ClientGone => "client-gone",
        WaitEnd.Hopeless => "hopeless",
        _ => "stopping",
    };
}
