using System.Diagnostics.Metrics;
using System.Security.Authentication;

namespace Flyball.Gateway.Tls;

/// <summary>What the TLS door counts, under the meter <c>Flyball.Gateway</c>.</summary>
internal sealed class TlsMetrics : IDisposable
{
    private readonly Meter meter = new("Flyball.Gateway");
    private readonly Counter<long> refused;
    private readonly Counter<long> handshakes;
    private readonly Counter<long> established;
    private readonly Counter<long> failed;
    private readonly int hostsMax;

    public TlsMetrics(GatewayOptions options)
    {
        hostsMax = options.MetricRoutesMax;
        refused = meter.CreateCounter<long>(
            "flyball.gateway.tls_refused", "{connection}", "What the TLS door refused, by reason.");
        handshakes = meter.CreateCounter<long>(
            "flyball.gateway.tls_handshakes", "{handshake}", "Handshakes that began and found a certificate.");
        established = meter.CreateCounter<long>(
            "flyball.gateway.tls_connections", "{connection}", "Handshakes that ended well, by version and path.");
        failed = meter.CreateCounter<long>(
            "flyball.gateway.tls_failed", "{connection}", "Handshakes on the fast path that failed, by reason.");
        meter.CreateObservableGauge(
            "flyball.gateway.certificate_expiry", Observe, "s",
            "Until the host's certificate ends; negative when it has.");
    }

    /// <summary>Seconds until each host's certificate ends.</summary>
    public Func<IEnumerable<(string Host, double Seconds)>>? Expiries { get; set; }

    public void Refused(string reason, long count = 1) =>
        refused.Add(count, new KeyValuePair<string, object?>("reason", reason));

    public void Handshake() => handshakes.Add(1);

    /// <summary>A handshake ended well.</summary>
    /// <param name="protocol">The version that was agreed on.</param>
    /// <param name="isResumed">The client had been here before; the other path does not tell.</param>
    /// <param name="onLoops">On the fast path.</param>
    public void Established(SslProtocols protocol, bool isResumed, bool onLoops) => established.Add(
        1,
        new("protocol", protocol == SslProtocols.Tls12 ? "1.2" : "1.3"),
        new("path", onLoops ? "fast" : "other"),
        new("resumed", !onLoops ? "unknown" : isResumed ? "yes" : "no"));

    public void Failed(string reason) => failed.Add(1, new KeyValuePair<string, object?>("reason", reason));

    public void Dispose() => meter.Dispose();

    private IEnumerable<Measurement<double>> Observe()
    {
        foreach ((string host, double seconds) in (Expiries?.Invoke() ?? []).Take(hostsMax))
            yield return new Measurement<double>(seconds, new KeyValuePair<string, object?>("host", host));
    }
}
