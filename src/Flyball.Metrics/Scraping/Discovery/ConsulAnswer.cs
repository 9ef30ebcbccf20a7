using System.Text.Json;

namespace Flyball.Metrics.Scraping.Discovery;

/// <summary>An answer of Consul, or why there is none.</summary>
internal sealed record ConsulAnswer(JsonDocument? Json, long Index, string Problem)
{
    public static ConsulAnswer Failed(string problem) => new(null, 0, problem);
}
