namespace Flyball.Contracts.Autoscaling;

/// <summary>Which of several limits holds.</summary>
public enum ScaleChoice
{
    /// <summary>The one that allows the largest change.</summary>
    Max,

    /// <summary>The one that allows the smallest change.</summary>
    Min,

    /// <summary>No change at all in this direction.</summary>
    None,
}
