namespace Flyball.Autoscaling.Policies;

/// <summary>A strategy that answers each tick with the replicas it wants. Stateful: one instance a workload.</summary>
internal interface IScalingPolicy
{
    /// <summary>The replicas wanted after <paramref name="tick"/> was seen. Values below 1 count as 1.</summary>
    int Want(in ClusterTick tick);
}
