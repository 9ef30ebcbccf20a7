namespace Flyball.Autoscaling.Forecasting;

/// <summary>The models that the ensemble weighs.</summary>
internal enum ForecastModel
{
    /// <summary>The load stays as it is.</summary>
    LastValue,

    /// <summary>The load will be as a day before.</summary>
    SeasonalNaive,

    /// <summary>Level, damped trend and daily season by exponential smoothing.</summary>
    HoltWinters,

    /// <summary>The structural Kalman filter.</summary>
    Structural,

    /// <summary>The ridge regression on all of the above.</summary>
    Regression,
}
