using Flyball.Metrics.Model;

namespace Flyball.Metrics.RemoteRead;

/// <summary>One query of a remote-read request: times in Unix milliseconds, both inclusive.</summary>
internal sealed record ReadQuery(long MinMs, long MaxMs, IReadOnlyList<LabelMatcher> Matchers);
