namespace Flyball.Autoscaling.Deciding;

/// <summary>What one part of a policy asks for.</summary>
/// <param name="Source">The part, as the policy has it: <c>target cpu 60 %</c>.</param>
/// <param name="Replicas">What it asks for; null when it has nothing to say.</param>
/// <param name="Value">What it saw; NaN when that is not known.</param>
internal readonly record struct Proposal(string Source, int? Replicas, double Value);
