using Flyball.Gateway.FastPath.Heads;
using Flyball.Gateway.Routing.Actions;
using Flyball.Gateway.Routing;
using Flyball.Gateway.Guarding;
using Flyball.Gateway.Serving;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;
using System.Net;
using System.Net.Http.Headers;
using Yarp.ReverseProxy.Forwarder;

namespace Flyball.Gateway.Forwarding;

/// <summary>
/// What changes between the client's request and the one that is sent: the address, <c>X-Forwarded-*</c>, <c>Via</c>
/// and the trace context. The <c>Host</c> header stays the client's. One object serves one request at a time.
/// </summary>
internal sealed class RequestTransformer(GatewayRequest request, ForwardingRules rules) : HttpTransformer
{
    private const string ForwardedFor = "X-Forwarded-For";
    private const string ForwardedProto = "X-Forwarded-Proto";
    private const string ForwardedHost = "X-Forwarded-Host";

    public override async ValueTask TransformRequestAsync(
        HttpContext httpContext, HttpRequestMessage proxyRequest, string destinationPrefix,
        CancellationToken cancellationToken)
    {
        await PrepareAsync(httpContext, proxyRequest, request.Endpoint!, cancellationToken);
    }

    /// <summary>Makes the request that is sent to an endpoint.</summary>
    public async ValueTask PrepareAsync(
        HttpContext httpContext, HttpRequestMessage proxyRequest, UpstreamEndpoint endpoint,
        CancellationToken cancellationToken)
    {
        await base.TransformRequestAsync(httpContext, proxyRequest, endpoint.UriPrefix, cancellationToken);
        proxyRequest.RequestUri = ForwardTarget.Make(httpContext, endpoint, request.Route!);

        var action = (ForwardAction)request.Route!.Action;
        ConnectionHeaders.Remove(httpContext.Request.Headers.Connection, proxyRequest);
        var headers = proxyRequest.Headers;
        bool trusts = rules.Trusts(httpContext.Connection.RemoteIpAddress);
        DropClaims(httpContext.Request.Headers, headers, trusts);
        string client = Address(httpContext.Connection.RemoteIpAddress);
        string host = httpContext.Request.Host.Value ?? "";
        if (trusts)
        {
            headers.TryAddWithoutValidation(ForwardedFor, client);
            if (!headers.Contains(ForwardedProto))
                headers.TryAddWithoutValidation(ForwardedProto, httpContext.Request.Scheme);
            if (!headers.Contains(ForwardedHost)) headers.TryAddWithoutValidation(ForwardedHost, host);
        }
        else
        {
            Set(ForwardedFor, client);
            Set(ForwardedProto, httpContext.Request.Scheme);
            Set(ForwardedHost, host);
        }

        headers.TryAddWithoutValidation(HeaderNames.Via, rules.Via);
        string? fromClient = httpContext.Request.Headers.TraceParent;
        string trace = request.TraceParent ??= rules.Trace.Next(request.Span, fromClient);
        if (!string.Equals(trace, fromClient, StringComparison.Ordinal)) Set(HeaderNames.TraceParent, trace);
        PassageHeaders.Tell(request.Passage, proxyRequest);
        // The route has the last word: it may also change what the gateway itself says.
        action.Request?.Apply(proxyRequest);
        if (action.Host is not null) headers.Host = action.Host;

        void Set(string name, string value)
        {
            if (httpContext.Request.Headers.ContainsKey(name)) headers.Remove(name);
            headers.TryAddWithoutValidation(name, value);
        }
    }

    /// <summary>Whatever the client claims about itself is not passed on as if a proxy had said it.</summary>
    private static void DropClaims(IHeaderDictionary came, HttpRequestHeaders headers, bool trusts)
    {
        foreach (string name in came.Keys)
        {
            FieldId id = FieldNames.Find(name);
            if (id == FieldId.Proven || (id == FieldId.Forwarded && !trusts)) headers.Remove(name);
        }
    }

    public override async ValueTask<bool> TransformResponseAsync(
        HttpContext httpContext, HttpResponseMessage? proxyResponse, CancellationToken cancellationToken)
    {
        if (proxyResponse is null) return false;
        request.HeadersArrived();
        bool copies = await base.TransformResponseAsync(httpContext, proxyResponse, cancellationToken);
        foreach (string name in ConnectionHeaders.Named(proxyResponse.Headers.Connection))
            httpContext.Response.Headers.Remove(name);
        if (!rules.KeepServerHeader)
        {
            httpContext.Response.Headers.Remove(HeaderNames.Server);
            httpContext.Response.Headers.Remove(HeaderNames.XPoweredBy);
        }

        var action = (ForwardAction)request.Route!.Action;
        PassageHeaders.Apply(request.Passage, httpContext.Response.Headers);
        action.Answer?.Apply(httpContext.Response.Headers);
        if (action.Seats is { } seats && request.Endpoint!.Seat != request.Key.Seat)
        {
            httpContext.Response.Headers.Append(
                HeaderNames.SetCookie, seats.CookieFor(request.Endpoint, httpContext.Request.IsHttps));
        }

        // An event stream may be silent for long after its headers, and the client waits for those to know it is open.
        if (proxyResponse.Content.Headers.ContentType?.MediaType == "text/event-stream")
            await httpContext.Response.Body.FlushAsync(cancellationToken);
        return copies;
    }

    private static string Address(IPAddress? address) => address switch
    {
        null => "unknown",
        { IsIPv4MappedToIPv6: true } => address.MapToIPv4().ToString(),
        _ => address.ToString(),
    };
}
