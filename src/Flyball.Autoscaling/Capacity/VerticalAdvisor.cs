namespace Flyball.Autoscaling.Capacity;

/// <summary>
/// What each replica should ask for, from the usage of the last days: CPU by its 95th percentile, memory by its
/// maximum, both with a margin, because a replica short of CPU is slow but one short of memory dies.
/// </summary>
internal sealed class VerticalAdvisor
{
    private const double CpuQuantile = 0.95;
    private const double CpuLimitQuantile = 0.999;
    private const double Margin = 1.15;
    private const double MemoryLimitMargin = 1.25;
    private const double CoresMin = 0.01;
    private const double MebiBytesMin = 16;

    private readonly UsageHistogram cores;
    private readonly UsageHistogram mebiBytes;

    /// <param name="samplesPerDay">Samples a day over all replicas: usage halves in weight each day.</param>
    public VerticalAdvisor(double samplesPerDay)
    {
        cores = new UsageHistogram(CoresMin, samplesPerDay);
        mebiBytes = new UsageHistogram(MebiBytesMin, samplesPerDay * 4);
    }

    /// <summary>Takes in one replica's usage over one interval.</summary>
    public void Learn(double usedCores, double usedMebiBytes)
    {
        cores.Add(usedCores);
        mebiBytes.Add(usedMebiBytes);
    }

    /// <summary>The advice beside what is requested today; null before any usage was seen.</summary>
    public VerticalAdvice? Advise(double requestedCores, double requestedMebiBytes, int replicas)
    {
        if (cores.Empty || mebiBytes.Empty)
            return null;
        var cpu = Margin * cores.Quantile(CpuQuantile);
        var memory = Margin * mebiBytes.Quantile(1);
        return new VerticalAdvice(
            cpu, Math.Max(cpu, Margin * cores.Quantile(CpuLimitQuantile)), memory, MemoryLimitMargin * memory,
            replicas * (requestedCores - cpu), replicas * (requestedMebiBytes - memory) / 1024);
    }
}
