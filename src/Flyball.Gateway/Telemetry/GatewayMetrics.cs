using System.Diagnostics.Metrics;

namespace Flyball.Gateway.Telemetry;

/// <summary>
/// What the gateway counts, under the meter <c>Flyball.Gateway</c>: rate, errors and duration per route, upstream and
/// class of status, and every bound that refused something.
/// </summary>
internal sealed class GatewayMetrics : IDisposable
{
    private static readonly RouteLabels Unrouted = new("none", "none");

    private readonly Meter meter = new("Flyball.Gateway");
    private readonly Histogram<double> duration;
    private readonly Counter<long> requests;
    private readonly UpDownCounter<long> active;
    private readonly Counter<long> retries;
    private readonly Counter<long> mirrored;
    private readonly UpDownCounter<long> tcpActive;
    private readonly Counter<long> tcpConnections;
    private readonly Counter<long> refused;
    private readonly Counter<long> displaced;
    private readonly Counter<long> ejections;
    private readonly Counter<long> labelsRefused;
    private readonly Counter<long> logDropped;
    private readonly UpDownCounter<long> waiting;
    private readonly Histogram<double> waited;

    /// <param name="time">For when consumers were last seen.</param>
    /// <param name="consumersMax">Consumers times routes with labels of their own.</param>
    public GatewayMetrics(TimeProvider time, int consumersMax)
    {
        Consumers = new ConsumerUse(consumersMax, time);
        requests = meter.CreateCounter<long>(
            "flyball.gateway.requests", "{request}", "Requests that ended, by class of status.");
        duration = meter.CreateHistogram<double>(
            "flyball.gateway.request_duration", "s", "From the request's headers to the end of its answer.", null,
            new InstrumentAdvice<double>
            {
                HistogramBucketBoundaries =
                    [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30],
            });
        active = meter.CreateUpDownCounter<long>("flyball.gateway.active_requests", "{request}", "Requests in flight.");
        retries = meter.CreateCounter<long>(
            "flyball.gateway.retries", "{try}", "Further tries, and why others were not made.");
        refused = meter.CreateCounter<long>(
            "flyball.gateway.refused", "{request}", "Requests the gateway answered itself, by reason.");
        displaced = meter.CreateCounter<long>(
            "flyball.gateway.displaced_connections", "{connection}",
            "Connections without a request that were closed to make room.");
        ejections = meter.CreateCounter<long>(
            "flyball.gateway.ejections", "{endpoint}", "Endpoints ejected, returned, or kept by the cap.");
        labelsRefused = meter.CreateCounter<long>(
            "flyball.gateway.labels_refused", "{route}", "Routes labelled as other.");
        logDropped = meter.CreateCounter<long>(
            "flyball.gateway.access_log_dropped", "{line}", "Access log lines not written.");
        tcpActive = meter.CreateUpDownCounter<long>(
            "flyball.gateway.active_tcp_connections", "{connection}", "Connections of TCP routes that stand.");
        tcpConnections = meter.CreateCounter<long>(
            "flyball.gateway.tcp_connections", "{connection}", "Connections of TCP routes that ended, by outcome.");
        mirrored = meter.CreateCounter<long>(
            "flyball.gateway.mirrored", "{request}", "Copies of requests, by what became of them.");
        waiting = meter.CreateUpDownCounter<long>(
            "flyball.gateway.waiting_requests", "{request}",
            "Requests that wait for an instance, or for one with room.");
        waited = meter.CreateHistogram<double>(
            "flyball.gateway.waited", "s", "Time that requests waited for an instance, or for one with room.", null,
            new InstrumentAdvice<double>
            {
                HistogramBucketBoundaries = [0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300],
            });
        active.Add(0);
    }

    public ConsumerUse Consumers { get; }

    /// <summary>
    /// Counts from zero for a route before its first request: where requests are zero the metrics say so, and where
    /// the counter is missing something is wrong with the metrics.
    /// </summary>
    public void RouteKnown(RouteLabels labels) => requests.Add(0, labels.For(200));

    public void RequestStarted()
    {
        if (active.Enabled) active.Add(1);
    }

    public void RequestEnded(RouteLabels? labels, int status, TimeSpan took)
    {
        if (active.Enabled) active.Add(-1);
        labels ??= Unrouted;
        requests.Add(1, labels.For(status));
        if (duration.Enabled) duration.Record(took.TotalSeconds, labels.For(status));
    }

    public void TcpStarted() => tcpActive.Add(1);

    public void TcpEnded(RouteLabels labels, string outcome)
    {
        tcpActive.Add(-1);
        tcpConnections.Add(1, new KeyValuePair<string, object?>("route", labels.Route),
            new KeyValuePair<string, object?>("upstream", labels.Upstream),
            new KeyValuePair<string, object?>("outcome", outcome));
    }

    /// <param name="upstream">As the labels of the route have it.</param>
    /// <param name="reason">What is waited for: <c>instance</c> or <c>room</c>.</param>
    /// <param name="change">1 when a wait begins, -1 when it ends.</param>
    public void Waiting(string upstream, string reason, int change) =>
        waiting.Add(change, new KeyValuePair<string, object?>("upstream", upstream),
            new KeyValuePair<string, object?>("for", reason));

    public void Waited(string upstream, string reason, string end, TimeSpan took) =>
        waited.Record(took.TotalSeconds, new KeyValuePair<string, object?>("upstream", upstream),
            new KeyValuePair<string, object?>("for", reason), new KeyValuePair<string, object?>("end", end));

    public void Mirrored(RouteLabels labels, string result) =>
        mirrored.Add(1, new KeyValuePair<string, object?>("route", labels.Route),
            new KeyValuePair<string, object?>("upstream", labels.Upstream),
            new KeyValuePair<string, object?>("result", result));

    public void Retry(string upstream, string verdict) =>
        retries.Add(1, new KeyValuePair<string, object?>("upstream", upstream),
            new KeyValuePair<string, object?>("verdict", verdict));

    public void Refused(string reason) => refused.Add(1, new KeyValuePair<string, object?>("reason", reason));

    public void Displaced() => displaced.Add(1);

    public void Ejection(string change) => ejections.Add(1, new KeyValuePair<string, object?>("change", change));

    public void LabelsRefused() => labelsRefused.Add(1);

    public void AccessLogDropped(long lines = 1) => logDropped.Add(lines);

    public void Dispose()
    {
        Consumers.Dispose();
        meter.Dispose();
    }
}
