namespace Flyball.Autoscaling.Policies;

/// <summary>Decisions made elsewhere, one a tick; the last one holds to the end.</summary>
internal sealed class ReplayedPolicy(int[] wanted) : IScalingPolicy
{
    public int Want(in ClusterTick tick) => wanted[Math.Min(tick.Index, wanted.Length - 1)];
}
