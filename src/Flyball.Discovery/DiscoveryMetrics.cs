using System.Diagnostics.Metrics;
using Flyball.Discovery.Catalogue;
using Flyball.Discovery.Dns;
using Flyball.Discovery.Sources;

namespace Flyball.Discovery;

/// <summary>What discovery counts, under the meter <c>Flyball.Discovery</c>.</summary>
internal sealed class DiscoveryMetrics : IDisposable
{
    private readonly Meter meter = new("Flyball.Discovery");
    private readonly Counter<long> edits;
    private readonly Counter<long> refused;
    private readonly Counter<long> requests;
    private readonly Counter<long> transitions;
    private readonly Counter<long> sourceFailures;
    private readonly long[] dns = new long[17];
    private long waiting;

    public DiscoveryMetrics()
    {
        edits = meter.CreateCounter<long>("flyball.discovery.edits", "{endpoint}", "Endpoints written and removed.");
        refused = meter.CreateCounter<long>(
            "flyball.discovery.refused", "{request}", "What a bound of discovery refused, by the bound.");
        requests = meter.CreateCounter<long>(
            "flyball.discovery.requests", "{request}", "Requests to the doors of discovery, by door and status.");
        transitions = meter.CreateCounter<long>(
            "flyball.discovery.check_transitions", "{check}", "Registered checks that changed their state.");
        sourceFailures = meter.CreateCounter<long>(
            "flyball.discovery.source_failures", "{failure}", "Times that a source failed, by source and reason.");
        meter.CreateObservableCounter(
            "flyball.discovery.dns_answers", DnsAnswers, "{answer}", "DNS questions answered, by response code.");
        meter.CreateObservableGauge(
            "flyball.discovery.blocking_queries", () => Volatile.Read(ref waiting), "{request}",
            "Requests that wait for a change.");
    }

    /// <summary>Shows how the sources are.</summary>
    public void ShowSources(Func<IEnumerable<SourceStatus>> statuses)
    {
        meter.CreateObservableGauge(
            "flyball.discovery.source_up", () => Each(statuses, one => one.State == SourceState.Current ? 1 : 0),
            "{source}", "1 while what is known of a source is what it says.");
        meter.CreateObservableGauge(
            "flyball.discovery.source_endpoints", () => Each(statuses, one => one.Endpoints), "{endpoint}",
            "Endpoints known of a source.");
        meter.CreateObservableGauge(
            "flyball.discovery.source_unreadable", () => Each(statuses, one => one.Unreadable), "{entry}",
            "Entries of a source that make no sense.");
    }

    public void SourceFailed(string source, bool isAway) => sourceFailures.Add(
        1, new KeyValuePair<string, object?>("source", source),
        new KeyValuePair<string, object?>("reason", isAway ? "away" : "wrong"));

    public void Edited(in CatalogueEdit edit) =>
        edits.Add(1, new KeyValuePair<string, object?>(
            "edit", edit.Endpoint is null ? "removed" : edit.Endpoint.Draining ? "drained" : "written"));

    /// <param name="reason">Begins with the name of the bound.</param>
    public void Refused(string reason)
    {
        int colon = reason.IndexOf(':', StringComparison.Ordinal);
        refused.Add(1, new KeyValuePair<string, object?>("bound", colon > 0 ? reason[..colon] : "store"));
    }

    public void Answered(string door, int status) => requests.Add(
        1, new KeyValuePair<string, object?>("door", door), new KeyValuePair<string, object?>("status", status));

    public void Transition(string status) =>
        transitions.Add(1, new KeyValuePair<string, object?>("status", status));

    public void DnsAnswered(DnsCode code) => Interlocked.Increment(ref dns[(int)code]);

    public void Waiting(int change) => Interlocked.Add(ref waiting, change);

    public void Dispose() => meter.Dispose();

    private static IEnumerable<Measurement<long>> Each(
        Func<IEnumerable<SourceStatus>> statuses, Func<SourceStatus, long> value) => statuses().Select(
            one => new Measurement<long>(value(one), new KeyValuePair<string, object?>("source", one.Name)));

    private IEnumerable<Measurement<long>> DnsAnswers()
    {
        for (int code = 0; code < dns.Length; code++)
        {
            long count = Volatile.Read(ref dns[code]);
            if (count == 0) continue;
            yield return new Measurement<long>(count, new KeyValuePair<string, object?>("code", $"{(DnsCode)code}"));
        }
    }
}
