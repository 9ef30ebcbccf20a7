namespace Flyball.Autoscaling.Policies;

/// <summary>What a policy sees at one tick: this tick's load and the cluster's state, nothing of the future.</summary>
/// <param name="Index">Number of the tick since the series began.</param>
/// <param name="Load">Arriving work, in replicas; NaN when the signal is missing.</param>
/// <param name="Served">Work done in the tick, in replicas, at most <paramref name="Ready"/>.</param>
/// <param name="Ready">Replicas that serve.</param>
/// <param name="Total">Replicas asked for: ready and starting.</param>
internal readonly record struct ClusterTick(int Index, double Load, double Served, int Ready, int Total)
{
    /// <summary>Work that waits, in replica-seconds.</summary>
    public double Backlog { get; init; }
}
