using Flyball.Metrics.Exposition;

namespace Flyball.Metrics.Importing;

/// <summary>A sink that remembers the family it stands in.</summary>
internal interface ITypedSink : IExpositionSink
{
    /// <summary>As it is written in the body; empty before the first.</summary>
    string Family { get; }

    MetricType Type { get; }

    /// <summary>Why the sink stopped, or null.</summary>
    string? Problem { get; }
}
