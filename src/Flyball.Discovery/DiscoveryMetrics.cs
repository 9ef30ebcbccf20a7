using System.Diagnostics.Metrics;
using Flyball.Discovery.Catalogue;

namespace Flyball.Discovery;

/// <summary>What discovery counts, under the meter <c>Flyball.Discovery</c>.</summary>
internal sealed class DiscoveryMetrics : IDisposable
{
    private readonly Meter meter = new("Flyball.Discovery");
    private readonly Counter<long> edits;

    public DiscoveryMetrics() =>
        edits = meter.CreateCounter<long>("flyball.discovery.edits", "{endpoint}", "Endpoints written and removed.");

    public void Edited(in CatalogueEdit edit) =>
        edits.Add(1, new KeyValuePair<string, object?>(
            "edit", edit.Endpoint is null ? "removed" : edit.Endpoint.Draining ? "drained" : "written"));

    public void Dispose() => meter.Dispose();
}
