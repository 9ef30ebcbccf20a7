using Flyball.Metrics.PromQl;
using Flyball.Metrics.PromQl.Evaluation;

namespace Flyball.Metrics.Hosting;

/// <summary>What the module's options mean to its queries.</summary>
internal static class QueryDefaults
{
    public static QueryOptions From(MetricsOptions options) => new()
    {
        Features = options.ExperimentalPromQl ? PromQlFeatures.All : PromQlFeatures.Stable,
        Lookback = options.Lookback,
        MaxSamples = options.QuerySamplesMax,
        Timeout = options.QueryTimeout,
    };
}
