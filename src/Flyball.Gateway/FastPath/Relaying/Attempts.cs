using System.Runtime.InteropServices;
using Flyball.Gateway.Forwarding;
using Flyball.Gateway.Health;
using Flyball.Gateway.Resilience;
using Flyball.Gateway.Routing;

namespace Flyball.Gateway.FastPath.Relaying;

/// <summary>
/// The tries of one exchange, each with its endpoint and connection: what the request forwarder does for the other
/// path. An endpoint is counted in when it is picked and out when its try ends, however that comes about.
/// </summary>
internal sealed class Attempts(Exchange exchange, ExchangeDeadlines deadlines)
{
    private readonly List<UpstreamEndpoint> tried = [];
    private EndpointSet endpoints = EndpointSet.Empty;
    private EndpointPool? queue;

    /// <summary>The endpoint of the current or last try.</summary>
    public UpstreamEndpoint? Endpoint { get; private set; }

    /// <summary>The connection of the current try; null while it waits for one and when the endpoint is done.</summary>
    public UpstreamConnection? Upstream { get; private set; }

    public bool IsTrying { get; private set; }

    public int Count { get; private set; }

    /// <summary>When the current try began.</summary>
    public long StartedAt { get; private set; }

    public void Next()
    {
        Upstream upstream = exchange.Route!.Upstream;
        endpoints = upstream.Endpoints;
        UpstreamEndpoint? picked = upstream.Picker.Pick(endpoints, CollectionsMarshal.AsSpan(tried));
        if (picked is null)
        {
            exchange.Refuse(Refusal.NoEndpoint, FailureWords.NoEndpoint(upstream, endpoints));
            return;
        }

        Endpoint = picked;
        Count++;
        IsTrying = true;
        StartedAt = exchange.Loop.Clock();
        Acquire(picked);
    }

    /// <summary>A connection that was waited for stands.</summary>
    public void Connected(UpstreamConnection connection)
    {
        queue = null;
        Upstream = connection;
        deadlines.AwaitAnswer();
        exchange.Request.Pump();
    }

    /// <summary>A connection that was waited for is being made.</summary>
    public void Connecting(UpstreamConnection connection)
    {
        queue = null;
        Upstream = connection;
        deadlines.AwaitConnection();
    }

    public void HeadArrived() => Endpoint!.ObserveLatency(
        exchange.Loop.Parts.Time.GetElapsedTime(StartedAt, exchange.Loop.Clock()));

    /// <summary>The answer was received whole; the connection may carry another request when it is clean.</summary>
    public void Succeeded(AttemptOutcome outcome, bool reusable)
    {
        UpstreamConnection done = Upstream!;
        Upstream = null;
        Leave(outcome);
        if (reusable) done.Release();
        else done.Close();
    }

    /// <summary>The try has ended without a whole answer: another one, or an answer that says so.</summary>
    public void Failed(AttemptOutcome outcome)
    {
        RouteEntry route = exchange.Route!;
        End(outcome);
        ForwardingLog.TryFailed(exchange.Loop.Parts.Logger, route.Name, Endpoint!.Authority, outcome, null);
        if (MayRetry(route, outcome))
        {
            exchange.Answer.Reset();
            exchange.Request.Rewind();
            tried.Add(Endpoint);
            Next();
            return;
        }

        if (FailureWords.IsFailure(outcome))
            ForwardingLog.Failed(exchange.Loop.Parts.Logger, route.Name, route.Upstream.Service, outcome, Count);
        (Refusal why, string detail) =
            FailureWords.Of(outcome, route.Upstream.Service, Count, route.Route.Timeout);
        exchange.Refuse(why, detail);
    }

    /// <summary>The try ends here, and no other one follows.</summary>
    public void End(AttemptOutcome outcome)
    {
        UpstreamConnection? dropped = Upstream;
        Upstream = null;
        queue?.Forget(exchange);
        queue = null;
        Leave(outcome);
        dropped?.Close();
    }

    public void Clear()
    {
        tried.Clear();
        endpoints = EndpointSet.Empty;
        Endpoint = null;
        Count = 0;
    }

    private void Acquire(UpstreamEndpoint endpoint)
    {
        // A name instead of an address cannot have passed the check before the first try, but may appear later.
        if (endpoint.Numeric is null)
        {
            Failed(AttemptOutcome.Unreachable);
            return;
        }

        EndpointPool pool = exchange.Loop.Pools.For(endpoint);
        UpstreamConnection? connection =
            pool.Acquire(exchange, mustBeQuiet: !exchange.IsIdempotent, out AttemptOutcome? failure);
        if (failure is { } outcome) Failed(outcome);
        else if (connection is { Stands: true }) Connected(connection);
        else if (connection is not null) Connecting(connection);
        else Queue(pool);
    }

    private void Queue(EndpointPool pool)
    {
        queue = pool;
        deadlines.AwaitAnswer();
    }

    private bool MayRetry(RouteEntry route, AttemptOutcome outcome)
    {
        var failed = new FailedTry(
            outcome, exchange.IsIdempotent, exchange.Answer.HasStarted, exchange.Request.CanRewind, Count - 1,
            Math.Min(route.Route.Retries, exchange.Loop.Parts.Options.RetriesMax));
        RetryVerdict verdict = RetryPolicy.Decide(failed, route.Upstream.Budget);
        if (verdict == RetryVerdict.NotRetryable) return false;
        exchange.Loop.Parts.Metrics.Retry(route.Labels.Upstream, verdict.ToString());
        return verdict == RetryVerdict.Retry;
    }

    private void Leave(AttemptOutcome outcome)
    {
        IsTrying = false;
        Endpoint!.Leave();
        exchange.Route!.Upstream.Outliers.Record(Endpoint, endpoints, outcome);
    }
}
