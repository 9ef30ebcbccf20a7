namespace Flyball.Autoscaling.Backtesting;

/// <summary>A policy, by the name it was asked for, and what it did.</summary>
internal readonly record struct ScoredPolicy(string Name, PlantResult Result);
