using System.Diagnostics.Metrics;
using Flyball.Discovery.Sidecar.Registering;
using Flyball.Discovery.Sidecar.Relaying;
using Flyball.Discovery.Sidecar.Using;
using Tag = System.Collections.Generic.KeyValuePair<string, object?>;

namespace Flyball.Discovery.Sidecar;

/// <summary>What a sidecar measures, under the meter <c>Flyball.Sidecar</c>; read from its state when asked.</summary>
internal sealed class SidecarMetrics : IDisposable
{
    private readonly Meter meter = new("Flyball.Sidecar");
    private readonly RunningSidecar sidecar;

    public SidecarMetrics(RunningSidecar sidecar)
    {
        this.sidecar = sidecar;
        ShowPorts();
        ShowBackEnds();
        ShowCatalogue();
    }

    public void Dispose() => meter.Dispose();

    private void ShowPorts()
    {
        meter.CreateObservableGauge(
            "flyball.sidecar.connections", () => Ports(port => port.Connections), "{connection}",
            "Open connections of a local port.");
        meter.CreateObservableCounter(
            "flyball.sidecar.connections_ended", Outcomes, "{connection}",
            "Connections of a local port that ended, by outcome.");
        meter.CreateObservableCounter("flyball.sidecar.relayed", Bytes, "By", "Bytes passed on, by direction.");
        meter.CreateObservableCounter(
            "flyball.sidecar.connect_failures", () => Ports(port => port.TriesFailed), "{try}",
            "Back ends that a connection could not reach.");
        meter.CreateObservableCounter(
            "flyball.sidecar.retries_refused", () => Ports(port => port.RetriesRefused), "{try}",
            "Further back ends that were not tried because too many tries had failed already.");
    }

    private void ShowBackEnds()
    {
        meter.CreateObservableGauge(
            "flyball.sidecar.back_ends", BackEnds, "{back_end}", "Back ends of a local port, by state.");
        meter.CreateObservableCounter(
            "flyball.sidecar.ejections", () => Ports(port => port.BackEnds.Ejections), "{ejection}",
            "Times that a back end was left out because connections to it failed.");
        meter.CreateObservableCounter(
            "flyball.sidecar.ejections_capped", () => Ports(port => port.BackEnds.EjectionsCapped), "{ejection}",
            "Times that a back end would have been left out if not half of them were already.");
    }

    private void ShowCatalogue()
    {
        meter.CreateObservableGauge(
            "flyball.sidecar.service_current", () => Each(one => one.Follower.Problem is null ? 1 : 0), "{service}",
            "1 while the back ends of a port are what the catalogue says.");
        meter.CreateObservableCounter(
            "flyball.sidecar.catalogue_failures", () => Each(one => one.Follower.Failures), "{failure}",
            "Times that the catalogue did not answer about a port's service.");
        meter.CreateObservableGauge(
            "flyball.sidecar.registered", () => Processes(one => one.IsRegistered ? 1 : 0), "{process}",
            "1 while a process is in the catalogue.");
        meter.CreateObservableGauge(
            "flyball.sidecar.registration_status", () => Processes(one => one.Verdict is { } seen
                ? (long)seen.Status : -1), "{status}",
            "What a process's checks say: 0 passing, 1 warning, 2 critical, -1 not known yet.");
        meter.CreateObservableCounter(
            "flyball.sidecar.save_failures", () => sidecar.SaveFailures, "{failure}",
            "Times that the disk did not take the last known back ends.");
    }

    private IEnumerable<Measurement<long>> Ports(Func<UsePort, long> value) => Each(one => value(one.Port));

    private IEnumerable<Measurement<long>> Each(Func<UsedService, long> value) =>
        sidecar.Services.All.Select(one => new Measurement<long>(value(one), Labels(one)));

    private IEnumerable<Measurement<long>> Processes(Func<RegisteredProcess, long> value) =>
        sidecar.Processes.All.Select(one => new Measurement<long>(
            value(one), new Tag("service", one.Spec.Service), new Tag("id", one.Spec.Id)));

    private IEnumerable<Measurement<long>> Outcomes()
    {
        foreach (UsedService one in sidecar.Services.All)
        {
            foreach (RelayOutcome outcome in Enum.GetValues<RelayOutcome>())
                yield return new Measurement<long>(
                    one.Port.Ended(outcome), [.. Labels(one), new Tag("outcome", outcome.ToString())]);
        }
    }

    private IEnumerable<Measurement<long>> Bytes()
    {
        foreach (UsedService one in sidecar.Services.All)
        {
            yield return new Measurement<long>(one.Port.BytesUp, [.. Labels(one), new Tag("direction", "up")]);
            yield return new Measurement<long>(one.Port.BytesDown, [.. Labels(one), new Tag("direction", "down")]);
        }
    }

    private IEnumerable<Measurement<long>> BackEnds()
    {
        foreach (UsedService one in sidecar.Services.All)
        {
            BackEndSet set = one.Port.BackEnds;
            yield return new Measurement<long>(set.PassingCount, [.. Labels(one), new Tag("state", "passing")]);
            yield return new Measurement<long>(set.CriticalCount, [.. Labels(one), new Tag("state", "critical")]);
            yield return new Measurement<long>(set.LeftOutCount, [.. Labels(one), new Tag("state", "left_out")]);
        }
    }

    private static Tag[] Labels(UsedService one) =>
        [new Tag("service", one.Port.Spec.Service), new Tag("port", one.Port.Spec.Listen.ToString())];
}
