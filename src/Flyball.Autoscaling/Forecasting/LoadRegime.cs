namespace Flyball.Autoscaling.Forecasting;

/// <summary>What the load does over the horizon, as the classifier tells it.</summary>
internal enum LoadRegime
{
    /// <summary>It stays within a tenth.</summary>
    Steady,

    /// <summary>It ends more than a tenth higher.</summary>
    Ramp,

    /// <summary>It rises by half or more at some point.</summary>
    Burst,

    /// <summary>It ends more than a tenth lower.</summary>
    Decay,

    /// <summary>It is, and stays, far below its usual level.</summary>
    Idle,
}
