namespace Flyball.Autoscaling.Deciding;

/// <summary>
/// What the replicas use of a resource, each as a share of its limit, and how many the sum speaks of.
/// </summary>
/// <param name="Sum">Shares of the measured replicas together.</param>
/// <param name="Measured">Replicas in the sum.</param>
/// <param name="Missing">Replicas that serve and that nothing is known about.</param>
/// <param name="Starting">Replicas whose usage tells only what starting costs.</param>
internal readonly record struct Usage(double Sum, int Measured, int Missing, int Starting)
{
    /// <summary>The mean share of the measured; NaN without any.</summary>
    public double Mean => Measured > 0 ? Sum / Measured : double.NaN;
}
