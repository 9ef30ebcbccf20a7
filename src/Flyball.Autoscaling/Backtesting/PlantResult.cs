namespace Flyball.Autoscaling.Backtesting;

/// <summary>What a policy did to the simulated cluster over the scored ticks.</summary>
/// <param name="ViolationPercent">Requests arriving in ticks that violate the objective, of all.</param>
/// <param name="OverPercent">Load above the ready capacity, of all.</param>
/// <param name="ReplicaHours">Replica-hours paid, from the asking on.</param>
/// <param name="ScaleUps">Ticks in which replicas were added.</param>
/// <param name="ScaleDowns">Ticks in which replicas were taken away.</param>
/// <param name="ViolationMinutesPerDay">Minutes a day in violation.</param>
internal sealed record PlantResult(
    double ViolationPercent,
    double OverPercent,
    double ReplicaHours,
    int ScaleUps,
    int ScaleDowns,
    double ViolationMinutesPerDay);
