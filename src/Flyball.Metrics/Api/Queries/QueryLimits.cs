using Flyball.Metrics.Api.Answers;
using Flyball.Metrics.Api.Requests;
using Flyball.Metrics.PromQl.Evaluation;

namespace Flyball.Metrics.Api.Queries;

/// <summary>What one request asks of the engine besides its expression.</summary>
internal static class QueryLimits
{
    /// <summary>
    /// The server's bounds, lowered by <c>timeout</c>; <c>lookback_delta</c> in place of the default.
    /// </summary>
    public static QueryOptions Of(ApiParameters parameters, QueryOptions standard)
    {
        QueryOptions options = standard;
        if (parameters.DurationOrNull("lookback_delta") is { } lookback)
        {
            if (lookback <= TimeSpan.Zero) throw ApiRefusal.Parameter("lookback_delta", "it must be positive");
            options = options with { Lookback = lookback };
        }

        if (parameters.DurationOrNull("timeout") is { } timeout)
        {
            if (timeout < TimeSpan.Zero) throw ApiRefusal.Parameter("timeout", "it must not be negative");
            options = options with { Timeout = timeout < options.Timeout ? timeout : options.Timeout };
        }

        return options;
    }
}
