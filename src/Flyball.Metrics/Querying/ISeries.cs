using Flyball.Metrics.Model;

namespace Flyball.Metrics.Querying;

/// <summary>One series of a query's answer.</summary>
internal interface ISeries
{
    Labels Labels { get; }

    /// <summary>
    /// Starts over at the query's first sample. An implementation may give back <paramref name="reuse"/>, an iterator
    /// of the same source that the caller is done with.
    /// </summary>
    ISampleIterator Iterate(ISampleIterator? reuse = null);
}
