using Flyball.Gateway.AccessLog;
using Flyball.Gateway.Health;
using Flyball.Gateway.Limits;
using Flyball.Gateway.Resilience;
using Flyball.Gateway.Tcp;
using Flyball.Gateway.Security.Jwt;
using Flyball.Gateway.Tls;

namespace Flyball.Gateway;

/// <summary>
/// How a gateway serves. Every bound has its default here; what a bound refuses is counted in its meter.
/// </summary>
public sealed record GatewayOptions
{
    /// <summary>
    /// <c>address:port</c> where clients connect; HTTP/1.1, and HTTP/2 without TLS for clients that begin with it
    /// (prior knowledge, as gRPC clients do). Default 127.0.0.1:8080; port 0 takes a free one.
    /// </summary>
    public IReadOnlyList<string> Addresses { get; init; } = ["127.0.0.1:8080"];

    /// <summary>Further addresses that speak only HTTP/2 without TLS; default none.</summary>
    public IReadOnlyList<string> H2cAddresses { get; init; } = [];

    /// <summary>
    /// Serves HTTP/1.1, over TLS too, on event loops; what they do not serve goes the other path on the same address.
    /// Default true; false serves everything the other way.
    /// </summary>
    public bool FastPath { get; init; } = true;

    /// <summary>Event loops of the fast path, each a thread; default one a processor, at most 256.</summary>
    public int Loops { get; init; } = Math.Clamp(Environment.ProcessorCount, 1, 256);

    /// <summary>Where the gateway keeps its id.</summary>
    public required string DataDirectory { get; init; }

    /// <summary>
    /// Open client connections. For a further one, that which has carried no request for longest is closed, and where
    /// all carry one, the further one. Default 10,000.
    /// </summary>
    public int ConnectionsMax { get; init; } = 10_000;

    /// <summary>Upgraded client connections (WebSocket); default 10,000.</summary>
    public int UpgradedConnectionsMax { get; init; } = 10_000;

    /// <summary>Bytes of a request's headers together; default 32 KiB, more answers 431.</summary>
    public int HeaderBytesMax { get; init; } = 32 * 1024;

    /// <summary>Header fields of a request; default 100, more answers 431.</summary>
    public int HeaderCountMax { get; init; } = 100;

    /// <summary>Bytes of a request's body where the route says nothing; default 128 MiB, more answers 413.</summary>
    public long BodyBytesMax { get; init; } = 128 * 1024 * 1024;

    /// <summary>KiB of an answer's headers from a back end; default 64, more answers 502.</summary>
    public int AnswerHeaderKiBMax { get; init; } = 64;

    /// <summary>How long a client may keep a connection open between requests; default 130 s.</summary>
    public TimeSpan KeepAliveTimeout { get; init; } = TimeSpan.FromSeconds(130);

    /// <summary>How long a client may take to send a request's headers; default 10 s.</summary>
    public TimeSpan RequestHeadersTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long connecting to an endpoint may take; default 2 s.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>HTTP/1.1 connections to one endpoint; further requests wait for one. Default 1,024.</summary>
    public int EndpointConnectionsMax { get; init; } = 1_024;

    /// <summary>How long an unused connection to an endpoint is kept; default 60 s.</summary>
    public TimeSpan EndpointIdleTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>How long a streamed body or a WebSocket may be silent; default 10 minutes.</summary>
    public TimeSpan StreamIdleTimeout { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>How long requests may go on when the gateway stops; default 10 s.</summary>
    public TimeSpan StopTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Retries of one request, whatever its route says; default 5.</summary>
    public int RetriesMax { get; init; } = 5;

    /// <summary>Bytes of a request's body that are kept for a retry; default 64 KiB.</summary>
    public int ReplayBytesMax { get; init; } = 64 * 1024;

    /// <summary>
    /// Requests of all services that wait for an instance or for one with room; more are answered with 503. Default
    /// 10,000. How many of one service: its route's <c>pending</c>.
    /// </summary>
    public int WaitingMax { get; init; } = WaitingRoom.RequestsUsually;

    /// <summary>
    /// Bytes that those requests may hold meanwhile, counted as the most that each may; beyond it 503. Default 256 MiB.
    /// </summary>
    public long WaitingBytesMax { get; init; } = WaitingRoom.BytesUsually;

    /// <summary>Copies of requests on their way to mirrors; further ones are dropped. Default 256.</summary>
    public int MirrorsMax { get; init; } = 256;

    /// <summary>
    /// Appends to the client's <c>X-Forwarded-*</c> headers instead of replacing them: only behind another proxy that
    /// sets them. Default false.
    /// </summary>
    public bool TrustForwardedHeaders { get; init; }

    /// <summary>
    /// Addresses and networks of proxies in front: what they say in <c>X-Forwarded-*</c> counts, for address lists and
    /// limits too, and is passed on with theirs. Default none.
    /// </summary>
    public IReadOnlyList<string> TrustedProxies { get; init; } = [];

    /// <summary>Passes the back end's <c>Server</c> and <c>X-Powered-By</c> headers on; default false.</summary>
    public bool KeepServerHeader { get; init; }

    /// <summary>Weighs endpoints by latency as well as by requests in flight; default false.</summary>
    public bool BalanceByLatency { get; init; }

    /// <summary>
    /// Routes with metric labels of their own; further ones are labelled <c>other</c> and scaled only up. Default
    /// 10,000.
    /// </summary>
    public int MetricRoutesMax { get; init; } = 10_000;

    /// <summary>
    /// Pairs of a consumer and a route whose use is counted by name; further ones are counted as <c>other</c>. Default
    /// 5,000, at most 8,000: each has up to six series, and a metric has 50,000.
    /// </summary>
    public int MetricConsumersMax { get; init; } = 5_000;

    public TcpOptions Tcp { get; init; } = new();

    public OutlierOptions Outliers { get; init; } = new();

    public RetryBudgetOptions RetryBudget { get; init; } = new();

    /// <summary>The TLS door; default none.</summary>
    public TlsOptions Tls { get; init; } = new();

    /// <summary>Key sets of token issuers.</summary>
    public KeySetOptions KeySets { get; init; } = new();

    /// <summary>Rate limits.</summary>
    public LimitOptions Limits { get; init; } = new();

    public AccessLogOptions AccessLog { get; init; } = new();
}
