using System.Diagnostics.Metrics;

namespace Flyball.Apis;

/// <summary>What the catalogue counts, under the meter <c>Flyball.Apis</c>.</summary>
internal sealed class ApisMetrics : IDisposable
{
    private readonly Meter meter = new("Flyball.Apis");
    private readonly Counter<long> fetches;
    private readonly Counter<long> refused;

    public ApisMetrics()
    {
        fetches = meter.CreateCounter<long>(
            "flyball.apis.fetches", "{fetch}", "Documents that were asked for at instances, by outcome.");
        refused = meter.CreateCounter<long>(
            "flyball.apis.refused", "{document}", "Documents that were not taken, by the bound or what was wrong.");
    }

    public void Fetched(bool isGood) =>
        fetches.Add(1, new KeyValuePair<string, object?>("outcome", isGood ? "ok" : "failed"));

    public void Refused(string reason) => refused.Add(1, new KeyValuePair<string, object?>("reason", reason));

    public void Dispose() => meter.Dispose();
}
