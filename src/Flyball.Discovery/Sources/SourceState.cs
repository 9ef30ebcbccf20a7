namespace Flyball.Discovery.Sources;

/// <summary>How a source is.</summary>
internal enum SourceState
{
    /// <summary>It has not answered since the start; what is known is from before.</summary>
    Starting,

    /// <summary>What is known is what it says.</summary>
    Current,

    /// <summary>It does not answer: the last known stays.</summary>
    Away,

    /// <summary>It answers what makes no sense: the last known stays.</summary>
    Wrong,
}
