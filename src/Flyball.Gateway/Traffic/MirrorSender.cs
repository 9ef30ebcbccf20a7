using Flyball.Contracts.Gateway;
using Flyball.Gateway.Balancing;
using Flyball.Gateway.Forwarding;
using Flyball.Gateway.Routing;
using Flyball.Gateway.Serving;
using Flyball.Gateway.Telemetry;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Flyball.Gateway.Traffic;

/// <summary>
/// Sends copies of requests to a route's mirror when the request itself is over, and throws the answers away. A copy
/// needs the whole body, so one whose body is longer than what is kept for retries is not mirrored; and when too many
/// copies are on their way, further ones are dropped. Nothing of it reaches the client.
/// </summary>
internal sealed partial class MirrorSender(
    ForwardingClients clients, GatewayOptions options, RandomSequence random, GatewayMetrics metrics,
    TimeProvider time, ILogger<MirrorSender> logger)
{
    private int underWay;

    /// <summary>The request is to be mirrored, so its body is to be kept.</summary>
    public bool Draw(RouteMirror mirror) => Percentage.Draw(random, mirror.Percent);

    /// <summary>Copies what is needed before it returns; the rest goes its own way.</summary>
    public async ValueTask SendAsync(GatewayRequest request, TargetEntry target)
    {
        if (request.Body is { IsWhole: false })
        {
            metrics.Mirrored(target.Labels, "body-not-kept");
            return;
        }

        if (Interlocked.Increment(ref underWay) > options.MirrorsMax)
        {
            Interlocked.Decrement(ref underWay);
            metrics.Mirrored(target.Labels, "dropped");
            return;
        }

        Upstream upstream = target.Upstream;
        if (upstream.Picker.Pick(upstream.Endpoints, []) is not { } endpoint)
        {
            Interlocked.Decrement(ref underWay);
            metrics.Mirrored(target.Labels, "no-endpoint");
            return;
        }

        RouteEntry route = request.Route!;
        var copy = new HttpRequestMessage();
        bool isMade = false;
        try
        {
            await FillAsync(request, copy, endpoint, route);
            isMade = true;
        }
        finally
        {
            if (!isMade) End(copy, upstream, endpoint);
        }

        _ = CarryAsync(copy, upstream, endpoint, route, target);
    }

    private async ValueTask FillAsync(
        GatewayRequest request, HttpRequestMessage copy, UpstreamEndpoint endpoint, RouteEntry route)
    {
        HttpContext context = request.Context;
        copy.Method = new HttpMethod(context.Request.Method);
        copy.Version = clients.Config(route.IsHttp2).Version!;
        copy.VersionPolicy = HttpVersionPolicy.RequestVersionExact;
        if (request.Body is { } body) copy.Content = new ByteArrayContent(body.CopyKept());
        await request.Transformer.PrepareAsync(context, copy, endpoint, CancellationToken.None);
    }

    private async Task CarryAsync(
        HttpRequestMessage copy, Upstream upstream, UpstreamEndpoint endpoint, RouteEntry route, TargetEntry target)
    {
        string result = "failed";
        try
        {
            using var limit = new CancellationTokenSource(route.Route.Timeout, time);
            using HttpResponseMessage answer = await clients.Client(route.IsHttp2).SendAsync(copy, limit.Token);
            result = "sent";
        }
        catch (Exception e) when (e is HttpRequestException or IOException or OperationCanceledException
            or NoAnswerException)
        {
            Log.Failed(logger, route.Name, endpoint.Authority, e.Message);
        }
        finally
        {
            End(copy, upstream, endpoint);
            metrics.Mirrored(target.Labels, result);
        }
    }

    private void End(HttpRequestMessage copy, Upstream upstream, UpstreamEndpoint endpoint)
    {
        copy.Dispose();
        upstream.Leave(endpoint);
        Interlocked.Decrement(ref underWay);
    }

    private static partial class Log
    {
        [LoggerMessage(3081, LogLevel.Debug, "Route {Route}: a copy to {Endpoint} came to nothing: {Reason}")]
        public static partial void Failed(ILogger logger, string route, string endpoint, string reason);
    }
}
