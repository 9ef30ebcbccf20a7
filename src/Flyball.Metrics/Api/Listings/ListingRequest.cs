using Flyball.Metrics.Api.Requests;
using Flyball.Metrics.Model;
using Flyball.Metrics.Querying;

namespace Flyball.Metrics.Api.Listings;

/// <summary>What a request for series or labels asks for.</summary>
/// <param name="MinMs">The range's start in Unix milliseconds.</param>
/// <param name="MaxMs">Its end, inclusive.</param>
/// <param name="Limit">Entries at most; 0 for all.</param>
/// <param name="Selectors">Series must match one of them; none means all.</param>
internal sealed record ListingRequest(
    long MinMs, long MaxMs, int Limit, IReadOnlyList<IReadOnlyList<LabelMatcher>> Selectors)
{
    /// <summary>The warning that the answer has not all there is.</summary>
    public const string Truncated = "results truncated due to limit";

    public static ListingRequest Read(ApiParameters parameters)
    {
        long min = parameters.TimeOrNull("start") ?? -ApiTimes.MaxMs;
        long max = parameters.TimeOrNull("end") ?? ApiTimes.MaxMs;
        return new ListingRequest(min, max, parameters.Limit(), parameters.Selectors());
    }

    /// <summary>A look-up of labels for each selector, or one for everything.</summary>
    public IEnumerable<SeriesQuery> Queries()
    {
        IReadOnlyList<IReadOnlyList<LabelMatcher>> selectors = Selectors.Count > 0 ? Selectors : [[]];
        return selectors.Select(matchers => new SeriesQuery(MinMs, MaxMs, matchers)
        {
            Function = "series",
            SeriesLimit = Limit > 0 ? Limit + 1 : 0,
        });
    }
}
