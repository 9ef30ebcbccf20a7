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
    private readonly Counter<long> refused;
    private readonly Counter<long> ejections;
    private readonly Counter<long> labelsRefused;
    private readonly Counter<long> logDropped;

    public GatewayMetrics()
    {
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
        ejections = meter.CreateCounter<long>(
            "flyball.gateway.ejections", "{endpoint}", "Endpoints ejected, returned, or kept by the cap.");
        labelsRefused = meter.CreateCounter<long>(
            "flyball.gateway.labels_refused", "{route}", "Routes labelled as other.");
        logDropped = meter.CreateCounter<long>(
            "flyball.gateway.access_log_dropped", "{line}", "Access log lines not written.");
        // The one series that a gateway has from its start: where it is, no series of an upstream means no request.
        active.Add(0);
    }

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

    public void Retry(string upstream, string verdict) =>
        retries.Add(1, new KeyValuePair<string, object?>("upstream", upstream),
            new KeyValuePair<string, object?>("verdict", verdict));

    public void Refused(string reason) => refused.Add(1, new KeyValuePair<string, object?>("reason", reason));

    public void Ejection(string change) => ejections.Add(1, new KeyValuePair<string, object?>("change", change));

    public void LabelsRefused() => labelsRefused.Add(1);

    public void AccessLogDropped(long lines = 1) => logDropped.Add(lines);

    public void Dispose() => meter.Dispose();
}
