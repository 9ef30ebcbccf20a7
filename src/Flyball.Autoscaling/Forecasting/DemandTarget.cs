namespace Flyball.Autoscaling.Forecasting;

/// <summary>What is forecast about the horizon.</summary>
internal enum DemandTarget
{
    /// <summary>The highest load at any tick from the next to the horizon's end.</summary>
    Peak,

    /// <summary>The load at the horizon's end.</summary>
    End,

    /// <summary>The same, forecast by the ensemble instead of the regression alone.</summary>
    EndByEnsemble,
}
