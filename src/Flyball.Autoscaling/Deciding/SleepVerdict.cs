namespace Flyball.Autoscaling.Deciding;

/// <summary>What <see cref="SleepWatch"/> says at a tick.</summary>
/// <param name="Least">The fewest replicas that there may be now.</param>
/// <param name="Bound">Why no fewer.</param>
/// <param name="Words">For people; empty where zero is out of the question.</param>
internal readonly record struct SleepVerdict(int Least, string Bound, string Words);
