using Flyball.Contracts.Gateway;
using Flyball.Gateway.Balancing;
using Flyball.Gateway.Health;
using Flyball.Gateway.Resilience;
using Flyball.Gateway.Routing.Actions;
using Flyball.Gateway.Routing;
using Flyball.Gateway.Serving;
using Flyball.Gateway.Telemetry;
using Flyball.Gateway.Traffic;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Yarp.ReverseProxy.Forwarder;

namespace Flyball.Gateway.Forwarding;

/// <summary>
/// Carries a matched request to an endpoint and its answer back, over as many tries as the retry policy allows. What
/// goes wrong ends in an answer with a reason; nothing is thrown to the server.
/// </summary>
internal sealed class RequestForwarder(
    IHttpForwarder forwarder, ForwardingClients clients, GatewayOptions options, GatewayMetrics metrics,
    FaultMaker faults, MirrorSender mirrors, TimeProvider time, ILogger<RequestForwarder> logger)
{
    public async Task ForwardAsync(GatewayRequest request)
    {
        RouteEntry route = request.Route!;
        TargetEntry target = request.Target = route.Targets.Choose();
        Upstream upstream = target.Upstream;
        upstream.State.Use();
        if (route.Route.Fault is { } fault
            && await faults.ApplyAsync(fault, request.Context.RequestAborted) is { } made)
        {
            await RefuseAsync(request, made, "The route's fault says so.");
            return;
        }

        TargetEntry? mirror = route.Route.Mirror is { } asked && mirrors.Draw(asked) ? route.Targets.Mirror : null;
        if (!AdmitBody(request, route, isMirrored: mirror is not null))
        {
            await RefuseAsync(request, Refusal.BodyTooLarge, FailureWords.BodyTooLarge(BodyBytesMax(route)));
            return;
        }

        if (upstream.Gate is { } gate && !gate.TryEnter())
        {
            await RefuseAsync(request, Refusal.Overloaded, FailureWords.Overloaded(upstream));
            return;
        }

        try
        {
            await CarryAsync(request, route, upstream);
            if (mirror is not null && !request.IsClientGone) await mirrors.SendAsync(request, mirror);
        }
        finally
        {
            upstream.Gate?.Leave();
        }
    }

    private async Task CarryAsync(GatewayRequest request, RouteEntry route, Upstream upstream)
    {
        request.Key = ((ForwardAction)route.Action).KeyOf(new ContextFacts(request.Context));
        upstream.Outliers.Refresh();
        upstream.Budget.Deposit();
        AttemptOutcome outcome;
        while (true)
        {
            EndpointSet endpoints = upstream.Endpoints;
            UpstreamEndpoint? endpoint = Pick(request, upstream, endpoints);
            if (endpoint is null)
            {
                endpoint = await WaitAsync(request, upstream);
                endpoints = upstream.Endpoints;
                if (endpoint is null) return;
            }

            outcome = await TryAsync(request, route, endpoint);
            upstream.Outliers.Record(endpoint, endpoints, outcome);
            if (outcome is AttemptOutcome.Answered or AttemptOutcome.ServerError) return;
            if (!MayRetry(request, route, outcome)) break;
            request.Context.Response.Clear();
            request.Body?.Rewind();
        }

        await FailAsync(request, outcome);
    }

    /// <summary>Null when the request has been refused, or its client is gone.</summary>
    private async Task<UpstreamEndpoint?> WaitAsync(GatewayRequest request, Upstream upstream)
    {
        Route route = request.Route!.Route;
        RoomOutcome outcome = await RoomWaiter.WaitAsync(
            request.Target!, route, () => Pick(request, upstream, upstream.Endpoints),
            HeldBody.BytesOf(request.Context), new WaitParts(metrics, time), request.Context.RequestAborted);
        if (outcome.Endpoint is { } endpoint) return endpoint;
        if (outcome.End == WaitEnd.ClientGone)
        {
            request.IsClientGone = true;
            ForwardingLog.ClientGone(logger, request.Route.Name);
            return null;
        }

        (Refusal why, string detail) = FailureWords.Of(upstream, route, outcome);
        await RefuseAsync(request, why, detail);
        return null;
    }

    private static UpstreamEndpoint? Pick(GatewayRequest request, Upstream upstream, EndpointSet endpoints) =>
        upstream.Picker.Pick(endpoints, new Pick(TriedSoFar(request), request.Key));

    /// <summary>Those before and the one of the last try.</summary>
    private static UpstreamEndpoint[] TriedSoFar(GatewayRequest request) =>
        request.Endpoint is { } last ? [.. request.Tried, last] : [];

    private async Task<AttemptOutcome> TryAsync(GatewayRequest request, RouteEntry route, UpstreamEndpoint endpoint)
    {
        HttpContext context = request.Context;
        request.BeginTry(endpoint, route.Route);
        try
        {
            ForwarderError error = await forwarder.SendAsync(
                context, endpoint.UriPrefix, clients.Client(route.IsHttp2), clients.Config(route.IsHttp2),
                request.Transformer,
                request.Deadline);
            Exception? exception = error == ForwarderError.None
                ? null
                : context.Features.Get<IForwarderErrorFeature>()?.Exception;
            var outcome = AttemptClassifier.Classify(new TryEnd(
                error, exception, context.Response.StatusCode, request.DeadlinePassed,
                context.RequestAborted.IsCancellationRequested));
            if (outcome == AttemptOutcome.TimedOut && !request.IsDue) outcome = AttemptOutcome.TryTimedOut;
            if (error != ForwarderError.None)
                ForwardingLog.TryFailed(logger, route.Name, endpoint.Authority, outcome, exception);
            return outcome;
        }
        finally
        {
            request.EndTry();
        }
    }

    private bool MayRetry(GatewayRequest request, RouteEntry route, AttemptOutcome outcome)
    {
        HttpContext context = request.Context;
        var failed = new FailedTry(
            outcome,
            RetryPolicy.IsIdempotent(context.Request.Method),
            context.Response.HasStarted,
            request.Body?.CanRewind ?? true,
            request.Tries - 1,
            Math.Min(route.Route.Retries, options.RetriesMax));
        RetryVerdict verdict = RetryPolicy.Decide(failed, request.Target!.Upstream.Budget);
        if (verdict == RetryVerdict.NotRetryable) return false;
        metrics.Retry(request.Target.Labels.Upstream, verdict.ToString());
        return verdict == RetryVerdict.Retry;
    }

    private async Task FailAsync(GatewayRequest request, AttemptOutcome outcome)
    {
        RouteEntry route = request.Route!;
        if (outcome == AttemptOutcome.ClientGone)
        {
            request.IsClientGone = true;
            ForwardingLog.ClientGone(logger, route.Name);
            return;
        }

        if (outcome == AttemptOutcome.ClientFault)
        {
            await RefuseAsync(request, ClientsFault(request.Context), "The request could not be read to its end.");
            return;
        }

        string service = request.Target!.Upstream.Service;
        if (FailureWords.IsFailure(outcome))
            ForwardingLog.Failed(logger, route.Name, service, outcome, request.Tries);
        (Refusal refusal, string detail) =
            FailureWords.Of(outcome, service, request.Tries, route.Route.Timeout);
        await RefuseAsync(request, refusal, detail);
    }

    private async Task RefuseAsync(GatewayRequest request, Refusal refusal, string detail)
    {
        request.Refusal = refusal;
        metrics.Refused(refusal.Code);
        await RefusalAnswer.WriteAsync(request.Context, refusal, detail, request.Passage);
    }

    /// <summary>
    /// Sets the limit on the body and makes it readable again; false when it is announced as too large.
    /// </summary>
    private bool AdmitBody(GatewayRequest request, RouteEntry route, bool isMirrored)
    {
        HttpContext context = request.Context;
        if (context.Features.Get<IHttpRequestBodyDetectionFeature>()?.CanHaveBody != true) return true;
        long most = BodyBytesMax(route);
        if (context.Request.ContentLength > most) return false;
        IHttpMaxRequestBodySizeFeature? limit = context.Features.Get<IHttpMaxRequestBodySizeFeature>();
        if (limit is { IsReadOnly: false }) limit.MaxRequestBodySize = most;
        // A body is kept only where sending it twice is allowed; for others an unread body can still go elsewhere.
        int kept = isMirrored || RetryPolicy.IsIdempotent(context.Request.Method) ? options.ReplayBytesMax : 0;
        request.Body = new ReplayBody(context.Request.Body, kept, request.BodyProgressed);
        context.Request.Body = request.Body;
        return true;
    }

    private long BodyBytesMax(RouteEntry route) => route.Route.BodyBytesMax ?? options.BodyBytesMax;

    /// <summary>The forwarder has put Kestrel's verdict on the body into the status: 413, 408 or 400.</summary>
    private static Refusal ClientsFault(HttpContext context) => context.Response.StatusCode switch
    {
        StatusCodes.Status413PayloadTooLarge => Refusal.BodyTooLarge,
        StatusCodes.Status408RequestTimeout => Refusal.RequestTimeout,
        _ => Refusal.BadRequest,
    };
}
