namespace Flyball.Metrics.Api.Targets;

/// <summary>Whether a target answers.</summary>
internal enum TargetHealth
{
    /// <summary>Not scraped yet.</summary>
    Unknown,

    Up,

    Down,
}
