using System.Runtime.InteropServices;
using Flyball.Gateway.Balancing;
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

    /// <summary>The wait for an endpoint that has room.</summary>
    public RoomWait Room { get; } = new(exchange, deadlines);

    /// <summary>What the request says about the endpoint it wants.</summary>
    public PickKey Key { get; set; }

    public bool IsTrying { get; private set; }

    public int Count { get; private set; }

    /// <summary>When the current try began.</summary>
    public long StartedAt { get; private set; }

    public void Next()
    {
        if (Pick() is { } picked)
        {
            Begin(picked);
            return;
        }

        Upstream upstream = exchange.Target!.Upstream;
        WaitReason why = upstream.ReasonToWait(endpoints, exchange.Route!.Route);
        if (why == WaitReason.None)
        {
            Room.End(WaitEnd.Hopeless);
            Refuse(FailureWords.NoEndpoint(upstream, endpoints));
        }
        else if (!Room.TryJoin(upstream, why)) Refuse(FailureWords.Full(upstream, why));
        else if (Pick() is { } late)
        {
            // Room that came before the line knew of this request has woken nobody.
            Room.Leave(WaitEnd.Served);
            Begin(late);
        }
        else if (upstream.ReasonToWait(endpoints, exchange.Route.Route) == WaitReason.None)
        {
            // The same of a word that there is nothing to wait for.
            Room.Leave(WaitEnd.Hopeless);
            Refuse(FailureWords.NoEndpoint(upstream, endpoints));
        }
    }

    private void Refuse((Refusal Why, string Detail) answer) => exchange.Refuse(answer.Why, answer.Detail);

    private UpstreamEndpoint? Pick()
    {
        Upstream upstream = exchange.Target!.Upstream;
        endpoints = upstream.Endpoints;
        return upstream.Picker.Pick(endpoints, new Pick(CollectionsMarshal.AsSpan(tried), Key));
    }

    private void Begin(UpstreamEndpoint picked)
    {
        Room.End(WaitEnd.Served);
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

    public void HeadArrived()
    {
        Upstream upstream = exchange.Target!.Upstream;
        if (!upstream.ObservesLatency && upstream.Gate is null) return;
        long now = exchange.Loop.Clock();
        TimeSpan took = exchange.Loop.Parts.Time.GetElapsedTime(StartedAt, now);
        if (upstream.ObservesLatency) Endpoint!.Latency.Observe(took, now);
        upstream.Gate?.Observe(took);
    }

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
        Upstream upstream = exchange.Target!.Upstream;
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
            ForwardingLog.Failed(exchange.Loop.Parts.Logger, route.Name, upstream.Service, outcome, Count);
        (Refusal why, string detail) =
            FailureWords.Of(outcome, upstream.Service, Count, route.Route.Timeout);
        exchange.Refuse(why, detail);
    }

    /// <summary>No answer's head in time: the route's, or that of one try.</summary>
    public void TimedOut(bool isWhole)
    {
        exchange.Target!.Upstream.Gate?.Observe(
            exchange.Loop.Parts.Time.GetElapsedTime(StartedAt, exchange.Loop.Clock()));
        Failed(isWhole ? AttemptOutcome.TimedOut : AttemptOutcome.TryTimedOut);
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
        Key = default;
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
        RetryVerdict verdict = RetryPolicy.Decide(failed, exchange.Target!.Upstream.Budget);
        if (verdict == RetryVerdict.NotRetryable) return false;
        exchange.Loop.Parts.Metrics.Retry(exchange.Target.Labels.Upstream, verdict.ToString());
        return verdict == RetryVerdict.Retry;
    }

    private void Leave(AttemptOutcome outcome)
    {
        IsTrying = false;
        Upstream upstream = exchange.Target!.Upstream;
        upstream.Leave(Endpoint!);
        upstream.Outliers.Record(Endpoint!, endpoints, outcome);
    }
}
