using System.Net;
using Flyball.Gateway.FastPath.Relaying;
using Yarp.ReverseProxy.Forwarder;

namespace Flyball.Gateway.Forwarding;

/// <summary>
/// The two ways to speak to back ends, each with its pools of connections: HTTP/1.1 and HTTP/2 without TLS, both
/// pinned, since asking for 2 and taking 1.1 costs a failed try with plain back ends. Nothing is added on the way: no
/// proxy, no cookies, no redirects, no decompression, no spans.
/// </summary>
internal sealed class ForwardingClients(GatewayOptions options, LoopParts loops) : IDisposable
{
    private readonly HttpMessageInvoker http1 = new(Handler(options, loops), disposeHandler: true);

    // HTTP/2 says itself which requests were not begun, so the client repeats only those.
    private readonly HttpMessageInvoker http2 = new(Handler(options, loops: null), disposeHandler: true);

    private readonly ForwarderRequestConfig http1Config = Config(options, HttpVersion.Version11);
    private readonly ForwarderRequestConfig http2Config = Config(options, HttpVersion.Version20);

    public HttpMessageInvoker Client(bool isHttp2) => isHttp2 ? http2 : http1;

    public ForwarderRequestConfig Config(bool isHttp2) => isHttp2 ? http2Config : http1Config;

    public void Dispose()
    {
        http1.Dispose();
        http2.Dispose();
    }

    /// <param name="options">Limits.</param>
    /// <param name="loops">With them a request is sent once, on a loop where there is one.</param>
    private static SocketsHttpHandler Handler(GatewayOptions options, LoopParts? loops) => new()
    {
        UseProxy = false,
        UseCookies = false,
        AllowAutoRedirect = false,
        AutomaticDecompression = DecompressionMethods.None,
        ActivityHeadersPropagator = null,
        ConnectCallback = loops is null
            ? null
            : (context, cancellation) => EndpointStream.ConnectAsync(loops.NextLoop(), context, cancellation),
        ConnectTimeout = options.ConnectTimeout,
        PooledConnectionIdleTimeout = options.EndpointIdleTimeout,
        MaxConnectionsPerServer = options.EndpointConnectionsMax,
        MaxResponseHeadersLength = options.AnswerHeaderKiBMax,
        EnableMultipleHttp2Connections = true,
        KeepAlivePingDelay = TimeSpan.FromSeconds(15),
        KeepAlivePingTimeout = TimeSpan.FromSeconds(10),
        KeepAlivePingPolicy = HttpKeepAlivePingPolicy.WithActiveRequests,
    };

    private static ForwarderRequestConfig Config(GatewayOptions options, Version version) => new()
    {
        Version = version,
        VersionPolicy = HttpVersionPolicy.RequestVersionExact,
        // Silence while a body streams; the wait for an answer's headers has the route's own, shorter limit.
        ActivityTimeout = options.StreamIdleTimeout,
    };
}
