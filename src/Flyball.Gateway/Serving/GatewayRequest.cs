using Flyball.Contracts.Gateway;
using Flyball.Gateway.Balancing;
using Flyball.Gateway.Forwarding;
using Flyball.Gateway.Guarding;
using Flyball.Gateway.Resilience;
using Flyball.Gateway.Routing;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Http;
using System.Diagnostics;

namespace Flyball.Gateway.Serving;

/// <summary>
/// One request on its way. Kestrel keeps the object with the connection and hands it out again, so that a request on a
/// kept-alive connection makes neither a context nor a timer. Kestrel drops it with the connection and disposes
/// nothing;
/// that is no leak, since an unset timer and an uncancelled source hold nothing outside themselves.
/// </summary>
internal sealed class GatewayRequest : IDisposable
{
    private readonly TimeProvider time;
    private readonly List<UpstreamEndpoint> tried = [];
    private readonly RequestDeadline deadline;
    private long wholeDueAt;
    private bool awaitsHeaders;
    private long tryStartedAt;

    public GatewayRequest(TimeProvider time, ForwardingRules rules)
    {
        this.time = time;
        deadline = new RequestDeadline(time);
        Transformer = new RequestTransformer(this, rules);
    }

    public DefaultHttpContext Context { get; } = new();

    public RequestTransformer Transformer { get; }

    public RouteEntry? Route { get; set; }

    /// <summary>How it passed its route's guards; null where there are none.</summary>
    public Passage? Passage { get; set; }

    /// <summary>Which of the route's targets it goes to; null when it is not sent on.</summary>
    public TargetEntry? Target { get; set; }

    /// <summary>What it says about the endpoint it wants.</summary>
    public PickKey Key { get; set; }

    /// <summary>The endpoint of the current or last try.</summary>
    public UpstreamEndpoint? Endpoint { get; private set; }

    public ReadOnlySpan<UpstreamEndpoint> Tried => System.Runtime.InteropServices.CollectionsMarshal.AsSpan(tried);

    public int Tries { get; private set; }

    /// <summary>The body as the tries read it; null for a request without one.</summary>
    public ReplayBody? Body { get; set; }

    /// <summary>Set when the gateway answered by itself.</summary>
    public Refusal? Refusal { get; set; }

    /// <summary>Counts what its consumer gets; null for a request of nobody.</summary>
    public AnswerCount? Answer { get; private set; }

    public string? TraceParent { get; set; }

    public Activity? Span { get; set; }

    public bool IsClientGone { get; set; }

    public long StartedAt { get; private set; }

    public TimeSpan Elapsed => time.GetElapsedTime(StartedAt);

    /// <summary>Passes when the answer's headers have not come within the route's time-out.</summary>
    public CancellationToken Deadline => deadline.Token;

    public bool DeadlinePassed => deadline.HasPassed;

    public void Begin(IFeatureCollection features)
    {
        Context.Initialize(features);
        StartedAt = time.GetTimestamp();
    }

    /// <summary>From now on the answer's bytes are counted.</summary>
    public void CountAnswer()
    {
        Answer = new AnswerCount(Context.Features.GetRequiredFeature<IHttpResponseBodyFeature>());
        Context.Features.Set<IHttpResponseBodyFeature>(Answer);
    }

    /// <summary>Leaves nothing of this request to the next one.</summary>
    public void End()
    {
        Body?.Release();
        Body = null;
        Answer = null;
        Route = null;
        Passage = null;
        Target = null;
        Key = default;
        Endpoint = null;
        Refusal = null;
        TraceParent = null;
        Span = null;
        IsClientGone = false;
        Tries = 0;
        tried.Clear();
        Context.Uninitialize();
    }

    /// <summary>The route's time-out has passed, and not only that of one try.</summary>
    public bool IsDue => Route!.Route.TryTimeout is null || time.GetTimestamp() >= wholeDueAt;

    public void BeginTry(UpstreamEndpoint endpoint, Route route)
    {
        if (Endpoint is not null) tried.Add(Endpoint);
        Endpoint = endpoint;
        Tries++;
        awaitsHeaders = true;
        tryStartedAt = time.GetTimestamp();
        if (Tries == 1) wholeDueAt = tryStartedAt + Ticks(route.Timeout);
        deadline.Begin(Limit(route));
    }

    /// <summary>
    /// The client sent more of the body: the time-out begins again, it is the back end's and not the client's.
    /// </summary>
    public void BodyProgressed()
    {
        if (!awaitsHeaders) return;
        Route route = Route!.Route;
        wholeDueAt = time.GetTimestamp() + Ticks(route.Timeout);
        deadline.Move(Limit(route));
    }

    public void HeadersArrived()
    {
        awaitsHeaders = false;
        deadline.Clear();
        Upstream upstream = Target!.Upstream;
        if (!upstream.ObservesLatency && upstream.Gate is null) return;
        long now = time.GetTimestamp();
        TimeSpan took = time.GetElapsedTime(tryStartedAt, now);
        if (upstream.ObservesLatency) Endpoint!.Latency.Observe(took, now);
        upstream.Gate?.Observe(took);
    }

    public void EndTry()
    {
        awaitsHeaders = false;
        deadline.Clear();
        if (DeadlinePassed) Target!.Upstream.Gate?.Observe(time.GetElapsedTime(tryStartedAt));
        Target!.Upstream.Leave(Endpoint!);
    }

    private long Ticks(TimeSpan span) => (long)(span.TotalSeconds * time.TimestampFrequency);

    /// <summary>How long one try may take, within the route's time-out.</summary>
    private TimeSpan Limit(Route route)
    {
        if (route.TryTimeout is not { } limit) return route.Timeout;
        TimeSpan left = time.GetElapsedTime(time.GetTimestamp(), wholeDueAt);
        return left < limit ? (left > TimeSpan.Zero ? left : TimeSpan.FromMilliseconds(1)) : limit;
    }

    public void Dispose() => deadline.Dispose();
}
