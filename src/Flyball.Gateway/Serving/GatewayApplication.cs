using Flyball.Gateway.AccessLog;
using Flyball.Gateway.FastPath.Heads;
using Flyball.Gateway.Forwarding;
using Flyball.Gateway.Guarding;
using Flyball.Gateway.Routing;
using Flyball.Gateway.Routing.Actions;
using Flyball.Gateway.Telemetry;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Abstractions;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;

namespace Flyball.Gateway.Serving;

/// <summary>
/// What Kestrel calls for each request. It stands directly on the server, without hosting's diagnostics and middleware,
/// which would cost an activity and a scope a request.
/// </summary>
internal sealed partial class GatewayApplication(
    RoutingTable table, RequestForwarder forwarder, ForwardingRules rules, GatewayMetrics metrics,
    AccessLogWriter accessLog, TimeProvider time, ILogger<GatewayApplication> logger)
    : IHttpApplication<GatewayRequest>
{
    /// <summary>What nginx logs when the client hung up before an answer.</summary>
    private const int ClientClosedRequest = 499;

    public GatewayRequest CreateContext(IFeatureCollection contextFeatures)
    {
        GatewayRequest request;
        if (contextFeatures is IHostContextContainer<GatewayRequest> container)
            request = container.HostContext ??= new GatewayRequest(time, rules);
        else
            request = new GatewayRequest(time, rules);
        request.Begin(contextFeatures);
        metrics.RequestStarted();
        return request;
    }

    public async Task ProcessRequestAsync(GatewayRequest context)
    {
        HttpContext http = context.Context;
        HeadFault? fault = RequestTarget.Take(http);
        var facts = new ContextFacts(http);
        fault ??= RequestMethod.Find(http) ?? Match(context, facts);
        context.Span = TraceContext.Begin(http.Request);
        try
        {
            if (fault is not null)
                await RefuseAsync(context, fault.Refusal, fault.Detail, AfterFault(http.Request));
            else if (context.Route is null)
                await RefuseAsync(context, Refusal.NoRoute, FailureWords.NoRoute(
                    table, http.Request.Headers.Host.ToString(), http.Request.Path.Value ?? ""));
            else if (CameRound(http.Request))
                await RefuseAsync(context, Refusal.Loop, FailureWords.Loop);
            else
            {
                // The request may be on a loop, which a guard that takes its time must not hold up.
                if (!context.Route.GuardsAreQuick) await Task.Yield();
                context.Passage = RouteGuards.Check(context.Route, facts);
                if (context.Passage?.Refusal is { } refusal)
                    await RefuseAsync(context, refusal.Refusal, refusal.Detail, refusal.Headers);
                else
                {
                    if (context.Passage?.Identity is not null) context.CountAnswer();
                    await ActAsync(context, context.Route);
                }
            }
        }
        catch (Exception e) when (http.RequestAborted.IsCancellationRequested || e is BadHttpRequestException)
        {
            context.IsClientGone = true;
            Log.ClientGone(logger, e);
        }
    }

    public void DisposeContext(GatewayRequest context, Exception? exception)
    {
        int status = exception is not null
            ? StatusCodes.Status500InternalServerError
            : context.Context.Response.StatusCode;
        if (context.IsClientGone && !context.Context.Response.HasStarted) status = ClientClosedRequest;
        TimeSpan took = context.Elapsed;
        metrics.RequestEnded(context.Target?.Labels ?? context.Route?.Labels, status, took);
        if (context.Passage?.Identity is { } who)
            metrics.Consumers.Count(
                who, context.Target?.Labels ?? context.Route!.Labels, status, context.Body?.BytesRead ?? 0,
                context.Answer?.Bytes ?? 0);
        if (accessLog.IsEnabled) accessLog.Add(Entry(context, status, took));
        TraceContext.End(context.Span, status, context.Route?.Name,
            context.Refusal?.Code ?? (exception is null ? null : "internal"));
        context.End();
    }

    private HeadFault? Match(GatewayRequest request, in ContextFacts facts)
    {
        string host = request.Context.Request.Headers.Host.ToString();
        string? path = request.Context.Request.Path.Value;
        RouteMatcher matcher = table.Matcher;
        RouteEntry? route = matcher.Match(host, path, facts);
        if (PathAliases.PassBy(matcher, host, path, facts, route)) return HeadFault.Path;
        request.Route = route;
        return null;
    }

    private Task ActAsync(GatewayRequest request, RouteEntry route)
    {
        if (route.Action is ForwardAction) return forwarder.ForwardAsync(request);
        PassageHeaders.Apply(request.Passage, request.Context.Response.Headers);
        return route.Action is RedirectAction redirect
            ? FixedAnswer.WriteAsync(request.Context, redirect)
            : FixedAnswer.WriteAsync(request.Context, (AnswerAction)route.Action);
    }

    private async Task RefuseAsync(
        GatewayRequest request, Refusal refusal, string detail,
        IReadOnlyList<KeyValuePair<string, string>>? headers = null)
    {
        request.Refusal = refusal;
        metrics.Refused(refusal.Code);
        await RefusalAnswer.WriteAsync(request.Context, refusal, detail, request.Passage, headers);
    }

    /// <summary>As on the loops, nothing follows what is malformed.</summary>
    private static KeyValuePair<string, string>[]? AfterFault(HttpRequest request) =>
        HttpProtocol.IsHttp2(request.Protocol) ? null : [new("Connection", "close")];

    private bool CameRound(HttpRequest request)
    {
        if (request.Headers.Via.Count == 0) return false;
        foreach (string? hop in request.Headers.Via)
        {
            if (hop is not null && hop.Contains(rules.Pseudonym, StringComparison.Ordinal)) return true;
        }

        return false;
    }

    private AccessLogEntry Entry(GatewayRequest request, int status, TimeSpan took)
    {
        HttpContext http = request.Context;
        return new AccessLogEntry
        {
            At = time.GetUtcNow(),
            Client = http.Connection.RemoteIpAddress,
            Method = http.Request.Method,
            Target = http.Features.Get<IHttpRequestFeature>()?.RawTarget ?? http.Request.Path,
            Protocol = http.Request.Protocol,
            Host = http.Request.Headers.Host,
            Status = status,
            BytesSent = http.Response.ContentLength,
            Took = took,
            Route = request.Route?.Name,
            Upstream = request.Target?.Upstream.Service,
            Endpoint = request.Endpoint?.Authority,
            Tries = request.Tries,
            Refusal = request.Refusal?.Code,
            Referer = http.Request.Headers.Referer,
            UserAgent = http.Request.Headers.UserAgent,
            TraceParent = request.TraceParent,
        };
    }

    private static partial class Log
    {
        [LoggerMessage(3041, LogLevel.Debug, "The client hung up")]
        public static partial void ClientGone(ILogger logger, Exception reason);
    }
}
