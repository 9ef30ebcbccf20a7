namespace Flyball.Metrics.PromQl.Selecting;

/// <summary>What an instant selector gives for a sample.</summary>
internal enum InstantMode : byte
{
    /// <summary>The sample.</summary>
    Sample,

    /// <summary>Its timestamp in seconds.</summary>
    Timestamp,

    /// <summary>Its timestamp in milliseconds; histograms are refused.</summary>
    InfoTimestamp,

    /// <summary>Its counter's start in seconds.</summary>
    StartTimestamp,
}
