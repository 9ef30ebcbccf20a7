using System.Diagnostics;
using Flyball.Gateway.Forwarding;
using Flyball.Gateway.Resilience;
using Flyball.Gateway.Routing;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

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
    private TimeSpan timeout;
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

    /// <summary>The endpoint of the current or last try.</summary>
    public UpstreamEndpoint? Endpoint { get; private set; }

    public ReadOnlySpan<UpstreamEndpoint> Tried => System.Runtime.InteropServices.CollectionsMarshal.AsSpan(tried);

    public int Tries { get; private set; }

    /// <summary>The body as the tries read it; null for a request without one.</summary>
    public ReplayBody? Body { get; set; }

    /// <summary>Set when the gateway answered by itself.</summary>
    public Refusal? Refusal { get; set; }

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

    /// <summary>Leaves nothing of this request to the next one.</summary>
    public void End()
    {
        Body?.Release();
        Body = null;
        Route = null;
        Endpoint = null;
        Refusal = null;
        TraceParent = null;
        Span = null;
        IsClientGone = false;
        Tries = 0;
        tried.Clear();
        Context.Uninitialize();
    }

    public void BeginTry(UpstreamEndpoint endpoint, TimeSpan headersTimeout)
    {
        if (Endpoint is not null) tried.Add(Endpoint);
        Endpoint = endpoint;
        Tries++;
        timeout = headersTimeout;
        awaitsHeaders = true;
        tryStartedAt = time.GetTimestamp();
        deadline.Begin(timeout);
    }

    /// <summary>
    /// The client sent more of the body: the time-out begins again, it is the back end's and not the client's.
    /// </summary>
    public void BodyProgressed()
    {
        if (awaitsHeaders) deadline.Move(timeout);
    }

    public void HeadersArrived()
    {
        awaitsHeaders = false;
        deadline.Clear();
        Endpoint!.ObserveLatency(time.GetElapsedTime(tryStartedAt));
    }

    public void EndTry()
    {
        awaitsHeaders = false;
        deadline.Clear();
        Endpoint!.Leave();
    }

    public void Dispose() => deadline.Dispose();
}
